"""The archivist: one file per track, and the proof that it is whole."""
