"""The pages of centers: the offices' at the desk, and those for everybody."""
