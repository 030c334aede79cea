"""The kill test: the whole bot is killed again and again while it posts, and nobody notices."""
