"""Reading the minutes back: laid before people, read, confirmed or refused (LDA 40, BAR 42). Pure."""
