"""A component while it becomes rows: each line is taken once, and what nobody takes stays raw."""

from collections.abc import Collection

from graph.importers.lines.contentlines import Component, Line

_HARMLESS = frozenset(("VALUE", "ENCODING", "CHARSET"))
"""Parameters that say how a value is written, not what it means."""


class Draft:
    """The lines of one component. Taking a line with parameters that are not `understood` keeps it raw as well."""

    def __init__(self, component: Component) -> None:
        self.component = component
        self.remarks: list[str] = []
        """Warnings for whoever imports: values that could only be kept raw."""
        self._taken: set[int] = set()
        self._by_name: dict[str, list[Line]] = {}
        for line in component.lines:
            self._by_name.setdefault(line.name, []).append(line)

    def every(self, name: str, *understood: str) -> list[Line]:
        """All lines of that name that nobody took before, in their order."""
        lines = self._by_name.pop(name, [])
        self._take(lines, understood)
        return lines

    def take(self, name: str, *understood: str) -> Line | None:
        """The first line of that name; further ones are left for others, in the end for `raw`."""
        lines = self._by_name.get(name)
        if not lines:
            return None
        line = lines.pop(0)
        self._take([line], understood)
        return line

    def drop(self, *names: str) -> None:
        """Lines that carry nothing of their own, such as VERSION."""
        for name in names:
            for line in self._by_name.pop(name, []):
                self._taken.add(id(line))

    def keep(self, line: Line, remark: str = "") -> None:
        """Keeps a taken line raw after all, because its value has no place in the columns."""
        self._taken.discard(id(line))
        if remark:
            self.remarks.append(f"{line.name} is only kept raw: {remark}")

    def accept(self, line: Line) -> None:
        """Says that a row holds all of this line, its parameters too."""
        self._taken.add(id(line))

    def text(self, name: str, *understood: str) -> str | None:
        """The first line's text; nothing if it is empty."""
        line = self.take(name, *understood)
        return (line.text.strip() or None) if line else None

    def word(self, name: str, allowed: Collection[str]) -> str | None:
        """A value of a closed list, in the standard's spelling; any other is kept raw."""
        line = self.take(name)
        if line is None:
            return None
        value = line.value.strip().upper()
        if value in allowed:
            return value
        self.keep(line)
        return None

    def number(self, name: str, low: int, high: int) -> int | None:
        """A whole number within bounds; anything else is kept raw."""
        line = self.take(name)
        if line is None:
            return None
        value = line.value.strip()
        if value.lstrip("+-").isdecimal() and len(value) < 12 and low <= int(value) <= high:
            return int(value)
        self.keep(line)
        return None

    def raw(self) -> list[str]:
        """The lines that nobody took and the broken ones, unfolded, in the file's order."""
        left = [line.raw for line in self.component.lines if id(line) not in self._taken]
        return [*left, *self.component.broken]

    def by_name(self) -> dict[str, object]:
        """Like `raw`, for columns that hold properties by name: values, or whole lines where they have parameters."""
        found: dict[str, object] = {}
        for line in self.component.lines:
            if id(line) not in self._taken:
                values = found.setdefault(line.name, [])
                assert isinstance(values, list)
                values.append(line.raw if line.params else line.text)
        return found

    def _take(self, lines: list[Line], understood: Collection[str]) -> None:
        for line in lines:
            if not line.params or line.params.keys() <= _HARMLESS.union(understood):
                self._taken.add(id(line))
