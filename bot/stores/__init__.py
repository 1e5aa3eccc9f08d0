"""What several Rasa processes share."""
