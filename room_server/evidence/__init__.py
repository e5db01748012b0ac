"""Evidence as files: received whole, told apart by content, examined and drawn in a process of their own."""
