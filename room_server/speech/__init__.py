"""The speech models of this installation: which one writes, and how others come to be here."""
