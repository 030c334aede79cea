"""What the bot knows about news. Pure: no I/O, no clock, no Discord, no SQL."""
