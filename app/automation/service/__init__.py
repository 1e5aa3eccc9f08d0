"""Commands of automation, one module a topic."""
