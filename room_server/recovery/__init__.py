"""Speech that was not written down when it was said, and how it gets into the minutes after all."""
