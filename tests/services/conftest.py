"""What tests of services share."""

from tests.services.pushed import world

__all__ = ["world"]
