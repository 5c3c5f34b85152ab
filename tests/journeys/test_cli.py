"""The command line from beginning to end: what it does, what it prints, and how it refuses."""

import asyncio
import contextlib
import json
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType

import click
import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from graph.accounts import Authenticator
from graph.database import Database, Server
from graph.settings import Settings
from resolvers.cli import COMMANDS, lifeloom
from resolvers.cli.printing import shown
from resolvers.cli.query import flat
from resolvers.cli.tokens import moment
from tests.conftest import directory, hurry

VAULT = {
    "Home.md": "Start at [[Harbour]] and [[Nowhere yet]].\n",
    "Places/Harbour.md": "---\ntitle: Harbour\n---\nThe old *harbour*, seen from [[Home]]. #sea\n",
    "2026-05-01.md": "Rain over the [[Harbour]].\n",
}
PERSON = "BEGIN:VCARD\nVERSION:4.0\nUID:ana\nFN:Ana Torres\nEMAIL:ana@example.org\nEND:VCARD\n"
LINKS = """query Links($title: String!) {
  notes(filter: {title: {eq: $title}}) { nodes { title links { edges { direction node { label recordType } } } } }
}"""
OWN_TABLE = """
CREATE TABLE boats (LIKE described INCLUDING ALL, name text NOT NULL);
COMMENT ON TABLE boats IS 'What floats. @flags EC @label name';
COMMENT ON COLUMN boats.name IS 'What is painted on the bow. @title';
"""


class House:
    """One instance, running or not; `run` is a command line in its directory."""

    def __init__(self, data: Path) -> None:
        self.data = data

    def run(
        self, command: str, stdin: str = "", status: int = 0, env: Mapping[str, str] = MappingProxyType({})
    ) -> Result:
        arguments = [*shlex.split(command), "--data", str(self.data)]
        env = {each.metadata["env"]: "" for each in fields(Settings)} | dict(env)
        result = CliRunner().invoke(lifeloom, arguments, input=stdin, env=env, prog_name="lifeloom")
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        assert result.exit_code == status, result.output
        return result

    def ask(self, query: str) -> dict[str, object]:
        answer: dict[str, object] = json.loads(self.run(f"query {shlex.quote(query)}").stdout)["data"]
        return answer


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    """An instance with one user, ana, whose server runs all the while, as beside `lifeloom serve`."""
    with empty_house() as lived_in:
        lived_in.run("user add ana --email ana@example.org")
        yield lived_in


@contextlib.contextmanager
def empty_house() -> Iterator[House]:
    with directory() as place, Server.start(place / "data") as server:
        asyncio.run(hurry(server))
        yield House(place / "data")


@pytest.fixture(scope="module")
def vault(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("life") / "vault"
    for name, text in VAULT.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, "utf-8")
    (root / ".obsidian").mkdir()
    root.with_name("people.vcf").write_text(PERSON, "utf-8")
    return root


def test_a_life_comes_in_is_found_and_asked_and_comes_in_again(house: House, vault: Path) -> None:
    people = vault.with_name("people.vcf")
    told = house.run(f"import {vault} {people} --dry-run").stdout
    assert "dry run" in told
    assert house.ask("{ notes { totalCount } }") == {"notes": {"totalCount": 0}}

    told = house.run(f"import {vault} {people}").stdout
    assert re.search(r"^note +2$", told, re.M)
    assert re.search(r"^contact +1$", told, re.M)
    assert re.search(r"^\d new links, \d+ wait.*Change set", told, re.M)

    assert re.search(r"^note +Harbour ", house.run("search harb --type note").stdout, re.M)
    assert house.run("search xyzzy", status=1).stdout == ""
    answer = json.loads(house.run("query -", LINKS, 2).stdout)  # without its variable
    assert "$title" in answer["errors"][0]["message"]
    variables = shlex.quote(json.dumps({"title": "Harbour"}))
    answer = json.loads(house.run(f"query - --variables {variables}", LINKS).stdout)
    edges = answer["data"]["notes"]["nodes"][0]["links"]["edges"]
    assert {(edge["direction"], edge["node"]["label"]) for edge in edges} >= {("OUT", "Home"), ("IN", "Home")}

    told = house.run(f"import {vault} {people}").stdout
    assert re.search(r"^note +2$", told, re.M)
    assert told.split("\n")[0].split() == ["type", "unchanged"]
    assert "Change set" not in told


def test_what_cannot_be_read_is_told_and_counts_in_the_exit_status(house: House, tmp_path: Path) -> None:
    broken = tmp_path / "broken.vcf"
    broken.write_text("BEGIN:VCARD\nVERSION:4.0\nFN:Half\n" + PERSON, "utf-8")
    result = house.run(f"import {broken} {tmp_path / 'missing'}", status=1)
    assert "could not be read:" in result.stderr
    assert str(tmp_path / "missing") in result.stderr
    nothing = house.run(f"import {tmp_path / 'missing'}", status=2)
    assert "missing" in nothing.stderr


def test_a_query_may_be_a_file_and_its_answer_a_table(house: House, tmp_path: Path) -> None:
    document = tmp_path / "types.graphql"
    document.write_text("query Types { recordTypes { name list } viewer { username } }", "utf-8")
    table = house.run(f"query @{document} --format table").stdout
    assert re.search(r"^Note +notes$", table, re.M)
    assert re.search(r"^username\nana$", table, re.M)
    assert "No such file" in house.run("query @/no/such/file", status=2).stderr
    assert "not JSON" in house.run("query '{ viewer { id } }' --variables '{'", status=2).stderr
    partly = house.run("query '{ note(id: \"x\") { id } viewer { username } }' --format table", status=1)
    assert partly.stderr


def test_a_token_is_the_last_line_and_opens_the_door_until_it_is_revoked(house: House) -> None:
    token = house.run("token create --name phone --expires 30d").stdout.splitlines()[-1]
    assert asyncio.run(_opens(house, token))
    assert re.search(r"^phone +good until ", house.run("token list").stdout, re.M)
    assert token not in house.run("token list").stdout
    house.run("token revoke phone")
    assert not asyncio.run(_opens(house, token))
    assert re.search(r"^phone +revoked", house.run("token list").stdout, re.M)
    assert "no token" in house.run("token revoke phone", status=2).stderr


async def _opens(house: House, token: str) -> bool:
    with Server.start(house.data) as server:
        async with Database.open(server.owner_dsn, server.service_dsn) as database:
            return await Authenticator(database).authenticate(token) is not None


def test_all_comes_back_from_a_backup_and_the_doctor_is_content(house: House, tmp_path: Path) -> None:
    house.run("token create --name kept")
    counts = house.run("doctor").stdout
    assert "All is well." in counts
    file = tmp_path / "life.backup"
    house.run(f"backup {file}")
    assert "exists already" in house.run(f"backup {file}", status=2).stderr
    house.run("token create --name lost")
    assert "--replace" in house.run(f"restore {file}", status=2).stderr
    house.run(f"restore {file} --replace")
    assert house.run("doctor").stdout == counts
    assert "lost" not in house.run("token list").stdout
    file.write_bytes(file.read_bytes()[:-10])
    assert "not a whole Lifeloom backup" in house.run(f"restore {file} --replace", status=2).stderr


def test_several_people_have_to_say_who_they_are() -> None:
    with empty_house() as house:
        assert "Nobody lives here" in house.run("search x", status=2).stderr
        house.run("user add ana")
        house.run("user add ben --display-name Benjamin")
        assert "(ana, ben)" in house.run("search x", status=2).stderr
        assert "A token for ben" in house.run("token create --name x --user ben").stderr
        assert "A token for ana" in house.run("token create --name x", env={"LIFELOOM_USER": "ana"}).stderr
        assert re.search(r"^ben +Benjamin ", house.run("user list").stdout, re.M)
        assert "no active user zoe" in house.run("token list --user zoe", status=2).stderr


def test_your_own_tables_are_types_without_a_line_of_python(tmp_path: Path) -> None:
    (tmp_path / "boats.sql").write_text(OWN_TABLE, "utf-8")
    own = {"LIFELOOM_SCHEMA_PATH": str(tmp_path)}
    with empty_house() as house:
        house.run("user add ana")
        assert "own/boats.sql" in house.run("migrate", env=own).stdout
        assert house.run("migrate", env=own).stdout == "Up to date.\n"
        boat = "query 'mutation { createBoat(input: {name: \"Alondra\"}) { label recordType } }'"
        made = house.run(boat, env=own).stdout
        assert json.loads(made)["data"]["createBoat"] == {"label": "Alondra", "recordType": "BOAT"}
        assert re.search(r"^boat +Alondra", house.run("search alon", env=own).stdout, re.M)
        assert "All is well." in house.run("doctor", env=own).stdout
        sdl = house.run("schema", env=own).stdout
        assert "type Boat implements Record & Node" in sdl
        assert "t-boats" in house.run("schema --er", env=own).stdout
        assert "the bow" in house.run("schema --er boats", env=own).stdout
        house.run(f"schema --er-all {tmp_path / 'pictures'}", env=own)
        assert "domains/boats.svg" in (tmp_path / "pictures/index.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("command", "env", "reason"),
    [
        ("search x --user nobody", {}, "no active user nobody"),
        ("backup /no/such/place/file", {}, "No such file or directory"),
        ("restore /no/such/file", {}, "is not a whole Lifeloom backup"),
        ("settings", {"LIFELOOM_PORT": "eighty"}, "LIFELOOM_PORT cannot be 'eighty'"),
        ("schema", {"LIFELOOM_SCHEMA_PATH": "/no/such/place"}, "/no/such/place"),
        ("schema --er nowhere", {}, "there is no domain nowhere: accounts, graph, "),
        ("schema --er-all /dev/null/er", {}, "/dev/null/er/domains cannot be written"),
        ("user list", {"LIFELOOM_DATABASE_URL": "postgresql://me@127.0.0.1:1/none"}, "cannot be reached"),
        ("token create --name ''", {}, "1 to 200 characters"),
        ("user add a/b", {}, "username"),
    ],
)
def test_a_refusal_is_one_line_and_status_two(house: House, command: str, env: dict[str, str], reason: str) -> None:
    result = house.run(command, status=2, env=env)
    assert reason in result.stderr
    assert result.stderr.count("\n") == 1
    assert result.stderr.startswith("lifeloom: ")


def test_every_mistake_in_ones_own_tables_is_told_with_its_place(house: House, tmp_path: Path) -> None:
    (tmp_path / "bad.sql").write_text("CREATE TABLE a (LIKE entity INCLUDING ALL, b nosuchtype);\n\nCREATE TABLE;\n")
    told = house.run("schema", status=2, env={"LIFELOOM_SCHEMA_PATH": str(tmp_path)}).stderr
    assert "bad.sql:3" in told
    assert "Traceback" not in told


def test_every_command_explains_itself() -> None:
    overview = CliRunner().invoke(lifeloom, ["--help"]).stdout
    assert all(f"\n  {name} " in overview for name in COMMANDS)
    for name in COMMANDS:
        for arguments in ([name, "--help"], [name, "-h"]):
            assert "Usage: " in CliRunner().invoke(lifeloom, arguments).stdout
    assert "No such command" in CliRunner().invoke(lifeloom, ["dance"]).stderr


def test_settings_are_all_told_with_their_origin_and_no_password(house: House) -> None:
    env = {"LIFELOOM_DATABASE_URL": "postgresql://me:hunter2@db/life", "LIFELOOM_ALLOWED_HOSTS": "life.example"}
    told = house.run("settings --port 99", env=env).stdout
    for each in fields(Settings):
        assert each.metadata["env"] in told
    assert re.search(r"^LIFELOOM_PORT +--port +99 +flag", told, re.M)
    assert re.search(r"^LIFELOOM_DATABASE_URL +postgresql://me@db/life +environment", told, re.M)
    assert re.search(r"^LIFELOOM_HOST +--host +127.0.0.1 +default", told, re.M)


@given(number=st.integers(1, 999), unit=st.sampled_from("hdwy"))
def test_an_expiry_is_a_span_from_now(number: int, unit: str) -> None:
    at = moment(click.Context(lifeloom), click.Option(["--expires"]), f"{number}{unit}")
    hours = {"h": 1, "d": 24, "w": 168, "y": 8766}[unit]
    assert at is not None
    assert abs(at - datetime.now(UTC) - timedelta(hours=number * hours)) < timedelta(seconds=10)


@given(text=st.text() | st.sampled_from(["1", "d", "0d", "9" * 7 + "y", "2030-13-01"]))
def test_an_expiry_that_makes_no_sense_is_refused(text: str) -> None:
    try:
        at = moment(click.Context(lifeloom), click.Option(["--expires"]), text)
    except click.BadParameter:
        return
    assert at is not None
    assert at.tzinfo is not None


@given(st.text())
def test_nothing_that_a_terminal_would_obey_is_printed(text: str) -> None:
    assert shown(text).isprintable()
    assert len(shown(text)) == len(text)


def test_a_row_of_an_answer_becomes_cells() -> None:
    row = {"title": "A", "notebook": {"title": "B"}, "aliases": ["x"], "links": {"nodes": [{"label": "C", "n": 1}]}}
    assert dict(flat(row)) == {"title": "A", "notebook.title": "B", "aliases": "x", "links": "C 1"}
