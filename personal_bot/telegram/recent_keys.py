"""A memory of whom or what has been answered once, bounded."""

from collections import OrderedDict
from collections.abc import Hashable

LIMIT = 1_000


class RecentKeys:
    """Remembers the last keys that it has seen."""

    def __init__(self, limit: int = LIMIT) -> None:
        self._limit = limit
        self._keys: OrderedDict[Hashable, None] = OrderedDict()

    def add(self, key: Hashable) -> bool:
        """Tell whether the key was not seen lately, and remember it."""
        add = key not in self._keys
        self._keys[key] = None
        self._keys.move_to_end(key)
        if len(self._keys) > self._limit:
            self._keys.popitem(last=False)
        return add
