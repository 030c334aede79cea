"""The demo: outlets that do not exist tell the real bot their news from a feed server of our own."""
