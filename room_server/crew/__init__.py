"""The workers: who has which room, who is new, who takes no more, and what their lines can do."""
