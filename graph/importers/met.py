"""Which keys an import has met already: eight bytes a key, for a watch's export has millions of them."""

from array import array
from hashlib import blake2b

_FREE = 0


class Met:
    """A set of keys by 64 bits of their BLAKE2b: of three million two are taken for one in one import of 4 million."""

    def __init__(self) -> None:
        self._slots = array("Q", [_FREE]) * 256
        self._count = 0

    def add(self, key: str) -> bool:
        """Take the key in; whether it is new."""
        mark = _mark(key)
        place = self._place(mark)
        if self._slots[place] == mark:
            return False
        self._slots[place] = mark
        self._count += 1
        if self._count * 3 > len(self._slots) * 2:
            self._grow()
        return True

    def __contains__(self, key: object) -> bool:
        mark = _mark(str(key))
        return self._slots[self._place(mark)] == mark

    def __len__(self) -> int:
        return self._count

    def _place(self, mark: int) -> int:
        """Where the mark is, or the free place where it would be."""
        last = len(self._slots) - 1
        place = mark & last
        while self._slots[place] not in (mark, _FREE):
            place = (place + 1) & last
        return place

    def _grow(self) -> None:
        before = self._slots
        self._slots = array("Q", [_FREE]) * (2 * len(before))
        for mark in before:
            if mark != _FREE:
                self._slots[self._place(mark)] = mark


def _mark(key: str) -> int:
    return int.from_bytes(blake2b(key.encode(), digest_size=8).digest()) or 1
