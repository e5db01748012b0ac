"""Interruptions: who was lost, what the chair makes of it, who acts while nobody presides."""
