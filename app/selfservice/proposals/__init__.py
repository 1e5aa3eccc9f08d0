"""What the bot may do for a customer: each thing is proposed first, and done once she agrees."""
