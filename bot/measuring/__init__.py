"""How well the bot understands: figures, the learning curve, the picture of its confusions."""
