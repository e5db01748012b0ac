"""The minutes in the room: what was heard stays, what people make of it has versions. Pure."""
