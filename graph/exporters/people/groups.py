"""Groups of a card's lines (`item1.EMAIL`, `item1.X-ABLABEL`): how a property gets its owner's own word."""

from collections.abc import Mapping
from typing import Any

from graph.exporters.content_lines import Sheet


class Groups:
    """Gives groups out, so that no two properties with different labels share one."""

    def __init__(self, sheet: Sheet, taken: set[str]) -> None:
        self._sheet = sheet
        self._raw = set(sheet.groups)
        self._taken = taken | self._raw
        self._labels: dict[str, str] = {}

    def give(self, parameters: Mapping[str, Any], caption: str | None, *, new: bool = False, word: str = "item") -> str:
        """The group of a property: the one that it has or, where it needs one and has none, a new one."""
        own, label = str(parameters.get("group") or "").lower(), (caption or "").strip()
        if (
            own
            and self._labels.setdefault(own, label) == label
            and not (label and own in self._raw and self._labelled(own))
        ):
            return own
        if not (label or new or own):
            return ""
        number = 1
        while f"{word}{number}" in self._taken:
            number += 1
        fresh = f"{word}{number}"
        self._taken.add(fresh)
        self._labels[fresh] = label
        return fresh

    def write(self) -> None:
        """The labels, after all properties."""
        for group, label in self._labels.items():
            if label:
                self._sheet.text("X-ABLABEL", label, group=group)

    def _labelled(self, group: str) -> bool:
        return any(line.group.lower() == group for line in self._sheet.kept("X-ABLABEL"))
