"""The contract in view: the checked-in SDL is what the tables make of it."""

from pathlib import Path

from graphql import build_schema as read

import resolvers
from resolvers.schema import build_schema
from schema_sql.migrate import declared

CHECKED_IN = Path(resolvers.__file__).parent / "schema.graphql"


def test_the_checked_in_schema_is_the_one_that_is_served() -> None:
    served = f"{build_schema(declared()).sdl}\n"
    same = CHECKED_IN.read_text("utf-8") == served
    assert same, "the contract changed; if that is meant: lifeloom schema > resolvers/schema.graphql"


def test_the_checked_in_schema_is_a_schema() -> None:
    assert read(CHECKED_IN.read_text("utf-8")).query_type is not None
