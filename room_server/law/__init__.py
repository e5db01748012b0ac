"""Law as data: time limits, calendars, terms and numbering, each entry with its basis and source."""
