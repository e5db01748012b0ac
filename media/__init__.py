"""Packets in from one peer, out to many sinks; knows no court."""
