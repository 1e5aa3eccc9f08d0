"""What can be done to a conversation, one module a topic."""
