"""How a child has grown: what is known about the child, and what follows from it."""
