"""The hearing itself, and the only package that knows the others."""
