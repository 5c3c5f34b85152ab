"""Where the tables of a picture stand: a frame for each domain, in it the tables to the right of those they point at.

Pure geometry in pixels; `picture` draws it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from resolvers.cli.domains import Domain, domains, left_out
from schema_sql.catalog import Catalog, Column, Entity, ForeignKey

BOX = 300
HEAD, ROW, FOOT = 26, 17, 7
ACROSS, BELOW = 90, 22
MARGIN, TITLE = 30, 46
LEGEND = 26
ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class Sizes:
    """Of one kind of picture: where a column of tables is continued beside itself, and how far frames go across."""

    tallest: float
    widest: float
    keys_only: bool


WHOLE = Sizes(tallest=560, widest=4900, keys_only=True)
ONE_DOMAIN = Sizes(tallest=1150, widest=float("inf"), keys_only=False)


@dataclass(frozen=True, slots=True)
class Box:
    """One table at its place, with the columns that are shown; `domain` is the name of the one it belongs to."""

    entity: Entity
    domain: str
    columns: tuple[Column, ...]
    keys: Mapping[str, ForeignKey]
    x: float = 0
    y: float = 0

    @property
    def height(self) -> float:
        return HEAD + (ROW * len(self.columns) + FOOT if self.columns else 0)

    def row(self, column: str) -> float:
        """The middle of a column's row."""
        names = [each.name for each in self.columns]
        return self.y + HEAD + ROW * (names.index(column) + 0.5) + 2


@dataclass(frozen=True, slots=True)
class Frame:
    """One domain, or the tables of others that it points at."""

    name: str
    about: str
    x: float
    y: float
    width: float
    height: float
    boxes: tuple[Box, ...]


def place(catalog: Catalog) -> list[Frame]:
    """All tables but the templates, with their foreign keys alone, in frames of which none lies over another."""
    frames: list[Frame] = []
    for domain in domains(catalog):
        frame = _frame(domain, frozenset(), WHOLE)
        y, x = min(_rooms(frame, frames))
        frames.append(_moved(frame, x, y))
    return frames


def place_domain(domain: Domain, catalog: Catalog) -> list[Frame]:
    """The tables of one domain with their columns, and to the left of them those of other domains they point at."""
    frame = _frame(domain, left_out(catalog), ONE_DOMAIN)
    others = _elsewhere(frame, catalog)
    if others is None:
        return [_moved(frame, MARGIN, MARGIN)]
    return [_moved(others, MARGIN, MARGIN), _moved(frame, MARGIN + others.width + ACROSS, MARGIN)]


def _rooms(frame: Frame, placed: Sequence[Frame]) -> Iterator[tuple[float, float]]:
    """Where the frame may stand below those that are placed: y, x."""
    for x in (float(MARGIN), *(other.x + other.width + MARGIN for other in placed)):
        if x == MARGIN or x + frame.width <= WHOLE.widest:
            above = [o for o in placed if o.x < x + frame.width + MARGIN and x < o.x + o.width + MARGIN]
            yield max((o.y + o.height + MARGIN for o in above), default=float(MARGIN)), x


def _frame(domain: Domain, hidden: frozenset[str], sizes: Sizes) -> Frame:
    boxes: list[Box] = []
    x = float(MARGIN)
    for layer in _layers(domain.entities):
        y = float(TITLE)
        for entity in _near_what_they_point_at(layer, boxes):
            box = _box(entity, domain.name, lambda name: sizes.keys_only or name in hidden)
            if y > TITLE and y + box.height > sizes.tallest:
                x, y = x + BOX + ACROSS, float(TITLE)
            boxes.append(replace(box, x=x, y=y))
            y += box.height + BELOW
        x += BOX + ACROSS
    return _around(domain.name, domain.about, boxes)


def _box(entity: Entity, domain: str, hidden: Callable[[str], bool]) -> Box:
    """A table with its foreign keys and what else of its columns is not hidden."""
    keys = {key.column: key for key in entity.foreign_keys}
    return Box(entity, domain, tuple(c for c in entity.columns if c.name in keys or not hidden(c.name)), keys)


def _around(name: str, about: str, boxes: Sequence[Box]) -> Frame:
    right, low = max(box.x + BOX for box in boxes), max(box.y + box.height for box in boxes)
    return Frame(name, about, 0, 0, right + MARGIN, low + MARGIN, tuple(boxes))


def _elsewhere(frame: Frame, catalog: Catalog) -> Frame | None:
    """The names of tables of other domains, each as high up as the rows that point at it, or None."""
    wanted = _wanted(frame)
    homes = {entity.name: domain.name for domain in domains(catalog) for entity in domain.entities}
    boxes: list[Box] = []
    y = float(TITLE)
    for name in sorted(wanted, key=lambda name: (wanted[name], name)):
        y = max(y, wanted[name] - HEAD / 2)
        boxes.append(Box(catalog.entities[name], homes[name], (), {}, MARGIN, y))
        y += HEAD + BELOW
    return _around(ELSEWHERE, "Tables of other domains that this one points at.", boxes) if boxes else None


def _wanted(frame: Frame) -> dict[str, float]:
    """How high each table outside of the frame would stand best."""
    own = {box.entity.name for box in frame.boxes}
    rows: dict[str, list[float]] = {}
    for box in frame.boxes:
        for column, key in box.keys.items():
            if key.target not in own:
                rows.setdefault(key.target, []).append(box.row(column))
    return {name: sum(each) / len(each) for name, each in rows.items()}


def _layers(entities: Sequence[Entity]) -> list[list[Entity]]:
    """First those that point at none of the others, then those that point at them, and so on; a circle is cut."""
    names = {entity.name for entity in entities}
    targets = {e.name: {k.target for k in e.foreign_keys} & names - {e.name} for e in entities}
    layers: list[list[Entity]] = []
    placed: set[str] = set()
    left = list(entities)
    while left:
        layer = [entity for entity in left if targets[entity.name] <= placed] or left[:1]
        layers.append(layer)
        placed |= {entity.name for entity in layer}
        left = [entity for entity in left if entity.name not in placed]
    return layers


def _near_what_they_point_at(layer: Iterable[Entity], placed: Sequence[Box]) -> list[Entity]:
    middles = {box.entity.name: box.y + box.height / 2 for box in placed}

    def wanted(entity: Entity) -> float:
        there = [middles[key.target] for key in entity.foreign_keys if key.target in middles]
        return sum(there) / len(there) if there else float("inf")

    return sorted(layer, key=wanted)


def _moved(frame: Frame, x: float, y: float) -> Frame:
    boxes = tuple(replace(box, x=box.x + x, y=box.y + y) for box in frame.boxes)
    return replace(frame, x=x, y=y, boxes=boxes)
