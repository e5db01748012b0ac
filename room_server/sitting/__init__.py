"""One live run of a hearing: its inbox, its devices and connections, its screens."""
