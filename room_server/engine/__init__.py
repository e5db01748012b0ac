"""Where workers run: the one seam between the control process and everything that works for it."""
