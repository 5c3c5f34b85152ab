"""What has been read so far: tables that later statements still add to, enums, and everything that was wrong."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from schema_sql import comments, typenames
from schema_sql.catalog import Catalog, Check, Column, Entity, Enum, ForeignKey, Index, Place, Unique
from schema_sql.errors import SchemaError


class Refused(Exception):
    """What stands at a place cannot be read; without a message it follows from an error that was told already."""

    def __init__(self, place: Place, message: str = "") -> None:
        self.place, self.message = place, message
        super().__init__(message)


@dataclass(slots=True)
class Draft:
    """A table while it is read. `liked`: another table was made LIKE it. `broken`: a part of it could not be read."""

    name: str
    place: Place
    columns: dict[str, Column] = field(default_factory=dict)
    primary_key: tuple[str, ...] = ()
    foreign_keys: list[ForeignKey] = field(default_factory=list)
    uniques: list[Unique] = field(default_factory=list)
    indexes: list[Index] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    comment: str = ""
    tags: dict[str, str] = field(default_factory=dict)
    liked: bool = False
    broken: bool = False

    def take_after(self, template: "Draft", place: Place) -> None:
        """What LIKE template INCLUDING ALL gives: everything but its foreign keys and its own comment."""
        template.liked = True
        self.columns |= {name: replace(column, place=place) for name, column in template.columns.items()}
        self.primary_key = template.primary_key or self.primary_key
        self.uniques += [replace(unique, place=place) for unique in template.uniques]
        self.indexes += [replace(index, name="", place=place) for index in template.indexes]
        self.checks += [replace(check, place=place) for check in template.checks]

    def entity(self, foreign_keys: Iterable[ForeignKey]) -> Entity:
        return Entity(
            name=self.name,
            columns=tuple(
                replace(column, nullable=False) if column.name in self.primary_key else column
                for column in self.columns.values()
            ),
            kind=self.tags.get("class") or ("template" if self.liked else "entity"),
            primary_key=self.primary_key,
            foreign_keys=tuple(foreign_keys),
            uniques=tuple(self.uniques),
            indexes=tuple(self.indexes),
            checks=tuple(self.checks),
            comment=self.comment,
            tags=self.tags,
            file=self.place.file,
            line=self.place.line,
        )

    def named_columns(self) -> Iterator[tuple[Place, tuple[str, ...]]]:
        """The columns that keys name, which may stand before the columns themselves."""
        yield self.place, self.primary_key
        yield from ((key.place, key.columns) for key in self.foreign_keys)


@dataclass(slots=True)
class Reading:
    """The state of one `load`: tables and enums by name, names of indexes, errors."""

    tables: dict[str, Draft] = field(default_factory=dict)
    enums: dict[str, Enum] = field(default_factory=dict)
    index_names: dict[str, Place] = field(default_factory=dict)
    errors: list[SchemaError] = field(default_factory=list)

    def refuse(self, place: Place, message: str) -> None:
        self.errors.append(SchemaError.at(place, message))

    @contextmanager
    def collecting(self) -> Iterator[None]:
        """A refusal inside becomes one of the errors."""
        try:
            yield
        except Refused as refused:
            if refused.message:
                self.refuse(refused.place, refused.message)

    def table(self, name: str, place: Place) -> Draft:
        """The table of that name; refused where nothing above declares it."""
        draft = self.tables.get(name)
        if draft is None:
            raise Refused(place, f"Table {name} is not declared above this line.")
        if draft.broken:
            raise Refused(place)
        return draft

    def new_name(self, name: str, place: Place) -> str:
        """The name for a table or an enum; refused where it is taken."""
        if name in self.tables or name in self.enums:
            raise Refused(place, f"The name {name} is declared twice.")
        return name

    def tags(self, comment: str, place: Place) -> tuple[str, dict[str, str]]:
        for tag in comments.said_twice(comment):
            self.refuse(place, f"The tag @{tag} is said twice in one comment.")
        return comments.read(comment)

    def catalog(self) -> Catalog:
        """Everything read, once it is known that all names in it mean something."""
        entities = {}
        for draft in self.tables.values():
            self._check_types(draft)
            self._check_columns(draft)
            entities[draft.name] = draft.entity(self._resolved(draft))
        return Catalog(entities, self.enums)

    def _check_types(self, draft: Draft) -> None:
        for column in draft.columns.values():
            name = typenames.base(column.type)
            if name not in typenames.BUILT_IN and name not in self.enums:
                subject = f"Column {draft.name}.{column.name}: the type {column.type}"
                self.refuse(column.place, f"{subject} is no type that is known here and no enum made with CREATE TYPE.")

    def _check_columns(self, draft: Draft) -> None:
        for place, names in draft.named_columns():
            for name in names:
                if name not in draft.columns and not draft.broken:
                    self.refuse(place, f"Table {draft.name} has no column {name}.")

    def _resolved(self, draft: Draft) -> Iterator[ForeignKey]:
        """The foreign keys with the columns that they point at; those that point nowhere become errors."""
        for key in draft.foreign_keys:
            with self.collecting():
                yield replace(key, target_columns=self._target_columns(key))

    def _target_columns(self, key: ForeignKey) -> tuple[str, ...]:
        target = self.tables.get(key.target)
        if target is None:
            raise Refused(key.place, f"The foreign key points at the table {key.target}, which is not declared.")
        if target.broken:
            raise Refused(key.place)
        columns = key.target_columns or target.primary_key
        if len(columns) != len(key.columns):
            raise Refused(key.place, f"The foreign key has {len(key.columns)} columns, but points at {len(columns)}.")
        for name in columns:
            if name not in target.columns:
                raise Refused(key.place, f"Table {key.target} has no column {name}.")
        return columns
