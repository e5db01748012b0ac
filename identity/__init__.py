"""The examiner: images and numbers in, a verdict with reasons out."""
