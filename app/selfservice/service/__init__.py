"""What customers do for themselves by keys and by voice, by topic."""
