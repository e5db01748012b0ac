"""What machines made of a hearing: tracks, sealed segments, final files, documents."""
