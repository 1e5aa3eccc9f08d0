"""Commands of moving in and out, one module a topic."""
