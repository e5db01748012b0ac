"""A second reading of the recording by a larger model: suggestions about the minutes, no changes. Pure."""
