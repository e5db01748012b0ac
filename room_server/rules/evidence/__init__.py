"""Evidence in the room: who may see it, who shows it, and what each party says to it. Pure."""
