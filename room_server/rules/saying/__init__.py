"""Taking part in writing: what is said by text follows the rules of speech. Pure."""
