"""Remembers, up to a limit, who or what has been answered already."""

from collections import OrderedDict
from collections.abc import Hashable

LIMIT = 1_000


class RecentKeys:
    """A bounded set of the most recently added keys."""

    def __init__(self, limit: int = LIMIT) -> None:
        self._limit = limit
        self._keys: OrderedDict[Hashable, None] = OrderedDict()

    def add(self, key: Hashable) -> bool:
        """Add a key; tell whether it was new."""
        add = key not in self._keys
        self._keys[key] = None
        self._keys.move_to_end(key)
        if len(self._keys) > self._limit:
            self._keys.popitem(last=False)
        return add
