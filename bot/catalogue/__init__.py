"""Shows by name: the shipped list, and later an online catalogue behind the same port."""
