"""Where the tables of a picture stand: a frame for each domain, in it the tables to the right of those they point at.

Pure geometry in pixels; `picture` draws it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from schema_sql.catalog import Catalog, Column, Entity, ForeignKey

BOX = 270
HEAD, ROW, FOOT = 26, 17, 7
ACROSS, BELOW = 90, 26
MARGIN, TITLE = 30, 46
TALLEST = 1500
"""A column of tables that grows higher is continued beside itself."""
WIDEST = 3400
"""Frames stand within this width, each as high up as there is room for it."""
SYSTEM = "the ground"


@dataclass(frozen=True, slots=True)
class Box:
    """One table at its place, with the columns that are shown."""

    entity: Entity
    columns: tuple[Column, ...]
    keys: Mapping[str, ForeignKey]
    x: float
    y: float

    @property
    def height(self) -> float:
        return height(self.columns)

    def row(self, column: str) -> float:
        """The middle of a column's row."""
        names = [each.name for each in self.columns]
        return self.y + HEAD + ROW * (names.index(column) + 0.5) + 2


@dataclass(frozen=True, slots=True)
class Frame:
    """One domain: the tables that one file declares, or several of one number."""

    title: str
    x: float
    y: float
    width: float
    height: float
    boxes: tuple[Box, ...]


def height(columns: Sequence[Column]) -> float:
    return HEAD + ROW * len(columns) + FOOT


def place(catalog: Catalog) -> list[Frame]:
    """All tables but the templates, in frames in the order of declaration, none over another."""
    frames: list[Frame] = []
    for title, entities in _domains(catalog).items():
        frame = _frame(title, entities, left_out(catalog))
        y, x = min(_rooms(frame, frames))
        frames.append(_moved(frame, x, y))
    return frames


def _rooms(frame: Frame, placed: Sequence[Frame]) -> Iterator[tuple[float, float]]:
    """Where the frame may stand below those that are placed: y, x."""
    for x in (float(MARGIN), *(other.x + other.width + MARGIN for other in placed)):
        if x == MARGIN or x + frame.width <= WIDEST:
            above = [o for o in placed if o.x < x + frame.width + MARGIN and x < o.x + o.width + MARGIN]
            yield max((o.y + o.height + MARGIN for o in above), default=float(MARGIN)), x


def left_out(catalog: Catalog) -> frozenset[str]:
    """The columns that templates give to every table, which a picture leaves out."""
    templates = (entity for entity in catalog.entities.values() if entity.kind == "template")
    return frozenset(column.name for entity in templates for column in entity.columns)


def _domains(catalog: Catalog) -> dict[str, list[Entity]]:
    domains: dict[str, list[Entity]] = {}
    titles: dict[str, str] = {}
    for entity in catalog.entities.values():
        if entity.kind == "template":
            continue
        path = Path(entity.file)
        number, _, name = path.stem.partition("_")
        title = name.replace("_", " ") if number.isdigit() else path.stem.replace("_", " ")
        title = SYSTEM if path.parent.name == "system" else titles.setdefault(f"{path.parent}/{number[:2]}", title)
        domains.setdefault(title, []).append(entity)
    return domains


def _frame(title: str, entities: Sequence[Entity], hidden: frozenset[str]) -> Frame:
    boxes: list[Box] = []
    x = float(MARGIN)
    for layer in _layers(entities):
        y = float(TITLE)
        for entity in _near_what_they_point_at(layer, boxes):
            keys = {key.column: key for key in entity.foreign_keys}
            columns = tuple(c for c in entity.columns if c.name in keys or c.name not in hidden)
            if y > TITLE and y + height(columns) > TALLEST:
                x, y = x + BOX + ACROSS, float(TITLE)
            boxes.append(Box(entity, columns, keys, x, y))
            y += height(columns) + BELOW
        x += BOX + ACROSS
    lowest = max(box.y + box.height for box in boxes)
    return Frame(title, 0, 0, x - ACROSS + MARGIN, lowest + MARGIN, tuple(boxes))


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
    boxes = tuple(Box(box.entity, box.columns, box.keys, box.x + x, box.y + y) for box in frame.boxes)
    return Frame(frame.title, x, y, frame.width, frame.height, boxes)
