"""A first draft of a mapping, made from the header of a file that has none."""

import re
from collections.abc import Sequence

from schema_sql.catalog import Catalog, Entity

_WORDS = re.compile(r"[^a-z0-9]+")
_LIKE = {
    "first name": "given_name",
    "last name": "family_name",
    "surname": "family_name",
    "telephone": "phone",
    "e mail": "email",
    "mail": "email",
    "notes": "note",
    "comment": "note",
    "comments": "note",
    "due date": "due",
    "link": "url",
    "website": "url",
}
_OWN = frozenset(("id", "user_id", "created_at", "updated_at", "deleted_at", "custom_fields", "source"))


def suggestion(catalog: Catalog, header: Sequence[str]) -> str:
    """A mapping as TOML on one line for the table whose columns are most like the header."""
    fitting = ((one, _alike(one, header)) for one in catalog.records if not one.managed)
    entity, found = max(fitting, key=_fit, default=(None, {}))
    columns = ", ".join(f"{name} = {_quoted(title)}" for name, title in found.items())
    if not found or not entity:
        columns = ", ".join(f"... = {_quoted(title)}" for title in header[:3])
        return f'table = "..."; columns = {{ {columns} }}'
    return f'table = "{entity.name}"; columns = {{ {columns} }}'


def _fit(one: tuple[Entity, dict[str, str]]) -> tuple[int, int]:
    entity, found = one
    return len(found), -len(entity.columns)


def _alike(entity: Entity, header: Sequence[str]) -> dict[str, str]:
    names = {
        _plain(column.name): column.name for column in entity.columns if column.name not in _OWN and not column.secret
    }
    found: dict[str, str] = {}
    for title in header:
        plain = _plain(title)
        name = names.get(plain) or names.get(_LIKE.get(plain.replace("_", " "), ""))
        if name and name not in found:
            found[name] = title.strip()
    return found


def _plain(text: str) -> str:
    return _WORDS.sub("_", text.strip().lower()).strip("_")


def _quoted(text: str) -> str:
    return (
        '"' + "".join(letter for letter in text.replace("\\", "\\\\").replace('"', '\\"') if letter.isprintable()) + '"'
    )
