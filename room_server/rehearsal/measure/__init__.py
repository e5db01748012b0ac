"""What a rehearsal measures: pure functions from logs, journal, manifest and minutes to one report."""
