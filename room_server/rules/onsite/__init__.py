"""On site: a sitting that goes on in a room of the house, and who is there in person (domain 2.5, K2, K3)."""
