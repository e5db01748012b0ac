"""What is made after the close: recordings, minutes, case file; each step can be repeated."""
