"""The C data plane: RTP in a thread of its own that never needs the interpreter."""
