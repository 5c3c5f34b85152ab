"""The domains of a Catalog: the tables that one file declares, or several files of one number (140, 141: money)."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from schema_sql.catalog import Catalog, Entity

GROUND = "ground"
ABOUT_GROUND = (
    "The machinery: users and their tokens, one row for every record, links, the log of changes, search and heat."
)


@dataclass(frozen=True, slots=True)
class Domain:
    """Tables that belong together. `name` is how a command calls it, `about` what its first file says at the top."""

    name: str
    about: str
    entities: tuple[Entity, ...]


def domains(catalog: Catalog) -> list[Domain]:
    """All tables but the templates, by domain; the machinery is the last one."""
    names: dict[str, str] = {}
    members: dict[str, list[Entity]] = {}
    for entity in catalog.entities.values():
        if entity.kind != "template":
            members.setdefault(_name(Path(entity.file), names), []).append(entity)
    found = [Domain(name, _about(name, entities), tuple(entities)) for name, entities in members.items()]
    return sorted(found, key=lambda domain: domain.name == GROUND)


def left_out(catalog: Catalog) -> frozenset[str]:
    """The columns that templates give to every table, which a picture leaves out."""
    templates = (entity for entity in catalog.entities.values() if entity.kind == "template")
    return frozenset(column.name for entity in templates for column in entity.columns)


def _name(path: Path, names: dict[str, str]) -> str:
    if path.parent.name == "system":
        return GROUND
    number, _, name = path.stem.partition("_")
    if not number.isdigit():
        return path.stem
    return names.setdefault(f"{path.parent}/{number[:2]}", name)


def _about(name: str, entities: Iterable[Entity]) -> str:
    """The first sentence at the top of the first file."""
    if name == GROUND:
        return ABOUT_GROUND
    path = Path(next(iter(entities)).file)
    words: list[str] = []
    for line in path.read_text("utf-8").splitlines():
        if not line.startswith("--"):
            break
        words.append(line.removeprefix("--").strip())
    said, dot, _ = " ".join(words).partition(". ")
    return said + dot.strip()
