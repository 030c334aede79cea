"""A property worked out once, when it is first asked for.

As `functools.cached_property`, but without its lock, which Python 3.11 takes for all instances at
every first access. Working a value out twice would be harmless here.
"""

from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

Value = TypeVar("Value")


class lazy(Generic[Value]):  # noqa: N801 - a decorator, written as the one it stands for
    """Decorates a method without arguments; its value then stands in the instance's `__dict__`."""

    def __init__(self, make: Callable[[Any], Value]) -> None:
        self._make = make
        self._name = make.__name__
        self.__doc__ = make.__doc__

    @overload
    def __get__(self, instance: None, owner: type) -> "lazy[Value]": ...

    @overload
    def __get__(self, instance: object, owner: type) -> Value: ...

    def __get__(self, instance: object | None, owner: type) -> "lazy[Value] | Value":
        if instance is None:
            return self
        value = self._make(instance)
        instance.__dict__[self._name] = value
        return value
