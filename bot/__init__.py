"""Greenlit: a Discord bot that tells a server what has changed for the series it follows."""

__version__ = "0.1.0"
