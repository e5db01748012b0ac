"""How much may be said in writing: enough for whoever cannot speak, too little to flood a hearing."""

MOST_CHARACTERS = 1000
"""Of one text, in code points."""
PER_MINUTE = 20
AT_ONCE = 6
"""How many texts may come together after a quiet time."""
