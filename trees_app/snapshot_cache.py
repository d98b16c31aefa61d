"""Documents as they were frozen: read-only, and kept in memory within bounds."""

from collections import OrderedDict
from collections.abc import Mapping
from copy import deepcopy
from threading import Lock
from typing import Any, NoReturn
from uuid import UUID

MAX_DOCUMENTS = 512
MAX_BYTES = 8 * 1024 * 1024  # of JSON text; what is parsed takes about five times as much


class ReadOnlyError(TypeError):
    """A frozen document was to be changed; `deepcopy` makes one that can be."""


def _refuse(*args: Any, **kwargs: Any) -> NoReturn:
    raise ReadOnlyError("This document is frozen; make a deep copy to change it.")


class FrozenDict(dict[str, Any]):
    """A JSON object that many threads read; a deep copy is a plain dict."""

    __slots__ = ()
    __setitem__ = __delitem__ = __ior__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse

    def __deepcopy__(self, memo: dict[int, Any]) -> dict[str, Any]:
        return {name: deepcopy(value, memo) for name, value in self.items()}


class FrozenList(list[Any]):
    """A JSON array that many threads read; a deep copy is a plain list."""

    __slots__ = ()
    __setitem__ = __delitem__ = __iadd__ = __imul__ = _refuse
    append = clear = extend = insert = pop = remove = reverse = sort = _refuse

    def __deepcopy__(self, memo: dict[int, Any]) -> list[Any]:
        return [deepcopy(value, memo) for value in self]


def freeze(value: Any) -> Any:
    """Return the JSON value with every object and array in it read-only."""
    if isinstance(value, Mapping):
        return FrozenDict((name, freeze(item)) for name, item in value.items())
    if isinstance(value, (list, tuple)):
        return FrozenList(freeze(item) for item in value)
    return value


class SnapshotCache:
    """The documents used last, by id, bounded by count and by the length of their JSON.

    A snapshot never changes, so what is kept is never stale. Safe for threads.
    """

    def __init__(self, *, max_documents: int = MAX_DOCUMENTS, max_bytes: int = MAX_BYTES) -> None:
        self._max_documents, self._max_bytes = max_documents, max_bytes
        self._documents: OrderedDict[UUID, tuple[FrozenDict, int]] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def get(self, pk: UUID) -> FrozenDict | None:
        with self._lock:
            kept = self._documents.get(pk)
            if kept is None:
                return None
            self._documents.move_to_end(pk)
            return kept[0]

    def put(self, pk: UUID, document: Mapping[str, Any], size: int) -> FrozenDict:
        """Keep the document, whose JSON has `size` bytes, and return it read-only.

        One that is too large for the whole cache isn't kept.
        """
        frozen: FrozenDict = freeze(document)
        with self._lock:
            if pk not in self._documents and size <= self._max_bytes:
                self._documents[pk] = (frozen, size)
                self._bytes += size
                while len(self._documents) > self._max_documents or self._bytes > self._max_bytes:
                    _, (_, dropped) = self._documents.popitem(last=False)
                    self._bytes -= dropped
        return frozen

    def clear(self) -> None:
        with self._lock:
            self._documents.clear()
            self._bytes = 0

    @property
    def size(self) -> tuple[int, int]:
        """How many documents are kept, and the bytes of their JSON."""
        with self._lock:
            return len(self._documents), self._bytes
