"""What every test shares: how long property tests look, and that they keep nothing on disk.

`--hypothesis-profile=thorough` looks five times as long as `make test` does.
"""

from hypothesis import settings

settings.register_profile("quick", max_examples=40, deadline=None, database=None)
settings.register_profile("thorough", max_examples=200, deadline=None, database=None)
settings.load_profile("quick")
