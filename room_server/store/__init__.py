"""All SQL of the house: tables, migrations, the journal, and who and what a hearing is made of."""
