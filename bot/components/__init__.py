"""Graph components that Rasa loads when it trains and runs the bot."""
