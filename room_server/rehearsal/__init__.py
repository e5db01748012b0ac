"""A rehearsal: a whole scripted hearing with synthetic people over real WebRTC, measured and verified."""
