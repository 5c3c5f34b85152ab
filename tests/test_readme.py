"""README says what is: every setting and command, both ways, examples that the schema accepts, paths that exist."""

import re
from collections.abc import Iterator
from dataclasses import Field, fields
from pathlib import Path

import click
import pytest
from graphql import GraphQLSchema, build_schema, parse, validate

from graph.settings import Settings
from resolvers.cli import lifeloom
from resolvers.cli.running import FLAGS
from schema_sql.conventions import check
from schema_sql.migrate import declared

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.M | re.S)


def table(heading: str) -> list[list[str]]:
    """The rows of the first table under a heading, without its head."""
    section = README.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines[2:]]


def commands(group: click.Group, words: str = "lifeloom") -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, by the words that call it."""
    for name in group.list_commands(click.Context(group)):
        command = group.get_command(click.Context(group), name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, f"{words} {name}")
        else:
            yield f"{words} {name}", command


def test_the_settings_are_those_there_are() -> None:
    told = [row[0].strip("` ") for row in table("Settings")]
    assert told == [each.metadata["env"] for each in fields(Settings)]


@pytest.mark.parametrize("each", fields(Settings), ids=lambda each: each.name)
def test_a_setting_is_told_as_it_is(each: Field[object]) -> None:
    row = next(row for row in table("Settings") if each.metadata["env"] in row[0])
    flag = FLAGS.get(each.name)
    assert row[1:] == [f"`{flag}`" if flag else "", each.metadata["help"], each.metadata["shown"]]


def test_the_commands_are_those_there_are() -> None:
    there = dict(commands(lifeloom))
    told = {re.sub(r" [\[A-Z].*", "", row[0].strip("` ")): row[1] for row in table("Commands")}
    assert told.keys() == there.keys()
    for name, text in told.items():
        options = {option for parameter in there[name].params for option in parameter.opts}
        assert {flag.split()[0] for flag in re.findall(r"`(--[^`]+)`", text)} <= options, name


def test_what_is_shown_on_the_command_line_works_there() -> None:
    there = dict(commands(lifeloom))
    shown = re.findall(r"lifeloom (?:user |token )?[a-z]+\b[^|\n`]*", "\n".join(blocks("sh")))
    assert len(shown) >= 3
    for line in shown:
        name = next(name for name in there if line.startswith(name))
        flags = set(re.findall(r"--[a-z-]+", line))
        assert flags <= {option for parameter in there[name].params for option in parameter.opts}, line


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    return build_schema((ROOT / "resolvers" / "schema.graphql").read_text("utf-8"))


@pytest.mark.parametrize("example", blocks("graphql"), ids=lambda text: text.split()[1])
def test_an_example_is_valid(schema: GraphQLSchema, example: str) -> None:
    assert validate(schema, parse(example)) == []


def test_the_table_of_ones_own_is_one_the_house_accepts(tmp_path: Path) -> None:
    (example,) = blocks("sql")
    (tmp_path / "boats.sql").write_text(example, "utf-8")
    catalog = declared(tmp_path)
    assert check(catalog) == []
    assert catalog.entities["boats"].labels == ("name",)


def test_the_map_of_the_code_is_true() -> None:
    section = README.partition("## How it is built\n")[2].partition("\n## ")[0]
    paths = re.findall(r"`((?:schema_sql|graph|resolvers|tests)/[^`]*)`", section)
    assert len(paths) > 10
    assert [path for path in paths if not (ROOT / path).exists()] == []
