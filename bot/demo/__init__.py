"""The demo: outlets that do not exist tell the real bot news from a feed server of our own."""
