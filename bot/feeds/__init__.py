"""The web in: polite fetching, the address guard, feeds parsed into articles."""
