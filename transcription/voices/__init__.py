"""Whose voice it is, where several share one microphone: suggestions with a confidence, never names."""
