"""Discord out: rendering posts, pacing requests, sending, reading the answers."""
