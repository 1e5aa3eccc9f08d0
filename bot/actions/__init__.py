"""What the bot does once it knows what the customer wants; one file per topic."""
