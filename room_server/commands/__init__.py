"""What the operator types: one module per command of `heting`, and what they look into."""
