"""The commands of `python -m bot`: each a module with `add_arguments` and `run`."""
