"""The use cases, one verb each. A service takes the time and returns what it did."""
