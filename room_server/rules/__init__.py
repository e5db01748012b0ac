"""The rules of the room: pure tables and functions, no IO, no clock, no randomness."""
