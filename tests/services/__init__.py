"""The services with a real database, real discord.py and the stand-in for Discord."""
