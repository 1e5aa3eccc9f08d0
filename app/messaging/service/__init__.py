"""What comes through channels and what leaves by them, one module a topic."""
