"""Telling people of a hearing: what is said, the calendar file, and the channels that carry it."""
