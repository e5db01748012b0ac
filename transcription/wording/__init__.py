"""What is done to the recogniser's words before people read them; what was said is always kept beside it."""
