"""What people are asked and told, as the room knows it: laid down, answered, and what a stage lacks."""
