"""What every part shares: who and where, what is heard, what is said, the port to chat, the desk and delivery."""
