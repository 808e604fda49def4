"""The checks, one concept per file. Each takes a rulebook and yields what it finds."""
