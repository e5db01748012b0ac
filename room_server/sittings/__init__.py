"""All live sittings: how they begin, who tells them what, and what is counted of them."""
