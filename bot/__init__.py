"""The bot: another program, on Python 3.10, that meets the application over HTTP only."""
