"""Voices at a shared microphone: a machine tells them apart, only people give them names. Pure."""
