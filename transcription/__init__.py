"""The scribe: speech in, utterances and minutes out."""
