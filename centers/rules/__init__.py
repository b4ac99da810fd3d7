"""The regulation's conditions for centers, one function each, returning findings; nothing here writes."""
