"""Names of types: the many spellings of PostgreSQL brought to the one short name that the Catalog uses."""

import re

_SPELLING = re.compile(
    r'(?P<name>"[^"]+"|[a-z_][a-z0-9_ .]*?)\s*(?P<size>\([^)]*\))?\s*(?P<zone>with(?:out)? time zone)?'
    r"\s*(?P<array>(?:\[\d*\]\s*)+|array(?:\[\d*\])?)?"
)

_SHORT = {
    "bool": "boolean",
    "bpchar": "char",
    "character": "char",
    "character varying": "varchar",
    "decimal": "numeric",
    "float": "double precision",
    "float4": "real",
    "float8": "double precision",
    "int": "integer",
    "int2": "smallint",
    "int4": "integer",
    "int8": "bigint",
    "varbit": "bit varying",
}

_BUILT_IN = """
    bigint bit boolean bytea char cidr circle date daterange datemultirange halfvec inet int4multirange int4range
    int8multirange int8range integer interval json jsonb jsonpath line lseg macaddr macaddr8 money name nummultirange
    numeric numrange oid path pg_lsn point polygon real regclass regconfig smallint sparsevec text time timestamp
    timestamptz timetz tsmultirange tsquery tsrange tstzmultirange tstzrange tsvector uuid varchar vector xid8 xml
"""
BUILT_IN = frozenset((*_BUILT_IN.split(), "bit varying", "double precision"))
"""Types that a column may have besides declared enums; `vector` and its kin come with the extension."""


def canonical(spelling: str) -> str:
    """`int4` -> `integer`, `timestamp(3) with time zone` -> `timestamptz(3)`, `numeric(5)[]` -> `numeric(5,0)[]`."""
    text = " ".join(spelling.strip().split())
    found = _SPELLING.fullmatch(text if text.startswith('"') else text.lower())
    if found is None:
        return text
    name = found["name"].removeprefix("public.").removeprefix("pg_catalog.").strip('"')
    if found["zone"] == "with time zone":
        name += "tz"
    name = _SHORT.get(name, name)
    size = _size(name, found["size"])
    return f"{name}{size}{'[]' if found['array'] else ''}"


def base(name: str) -> str:
    """The name without size and brackets: `numeric` for `numeric(12,2)[]`."""
    return name.removesuffix("[]").partition("(")[0]


def _size(name: str, written: str | None) -> str:
    size = written.replace(" ", "") if written else ""
    if name == "char" and not size:
        return "(1)"
    if name == "numeric" and size and "," not in size:
        return f"{size[:-1]},0)"
    return size
