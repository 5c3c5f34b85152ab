"""`lifeloom query`: GraphQL without a browser."""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click
import orjson

from graph.service import Service
from graph.settings import Settings
from resolvers.cli.acting import acting_user
from resolvers.cli.printing import put, shown
from resolvers.cli.running import run, with_settings
from resolvers.execution import Engine
from resolvers.protocol import Answer, GraphQLRequest
from resolvers.schema import build_schema

PARTLY, NOTHING = 1, 2


def text_of(context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    """The text itself, the file of an `@name`, standard input for `-`."""
    try:
        if value == "-":
            return sys.stdin.read()
        return Path(value[1:]).read_text("utf-8") if value and value.startswith("@") else value
    except (OSError, UnicodeDecodeError) as error:
        raise click.BadParameter(str(error)) from None


def json_object(context: click.Context, parameter: click.Parameter, value: str | None) -> dict[str, Any]:
    try:
        variables = orjson.loads(text_of(context, parameter, value) or "{}")
    except orjson.JSONDecodeError as error:
        raise click.BadParameter(f"this is not JSON: {error}") from None
    if not isinstance(variables, dict):
        raise click.BadParameter("this is JSON, but not an object of names and values")
    return variables


@click.command("query")
@click.argument("document", metavar="[QUERY|@FILE|-]", default="-", callback=text_of)
@click.option("--variables", metavar="JSON|@FILE", callback=json_object, help="The values of the query's $variables.")
@click.option("--operation", metavar="NAME", help="Which operation, where the document has several.")
@click.option("--format", "form", type=click.Choice(["json", "table"]), default="json", show_default=True)
@with_settings("user", "schema_path")
def query_command(
    settings: Settings, document: str, variables: dict[str, Any], operation: str | None, form: str
) -> None:
    """Ask in GraphQL; without QUERY it is read from standard input.

    Exit status: 0 answered, 1 answered with errors, 2 not executed.
    """
    request = GraphQLRequest(document, variables, operation)

    async def work(service: Service) -> Answer:
        user = await acting_user(service)
        engine = Engine(build_schema(service.catalog), service, opened=service.heat.opened)
        return await engine.execute(request, user.id)

    answer = run(settings, work)
    body = orjson.loads(answer.body)
    if form == "json" or not answer.executed:
        click.echo(orjson.dumps(body, option=orjson.OPT_INDENT_2).decode())
    else:
        show(body)
    sys.exit(0 if "errors" not in body else PARTLY if answer.executed else NOTHING)


def show(body: Mapping[str, Any]) -> None:
    """A table for each list of the answer, a line for each single value, errors on standard error."""
    for name, value in (body.get("data") or {}).items():
        rows = [dict(flat(row)) for row in rows_of(value)]
        columns = list(dict.fromkeys(column for row in rows for column in row))
        if len(body["data"]) > 1:
            click.echo(f"{name}:")
        if columns == [""]:
            click.echo("\n".join(shown(row[""]) for row in rows))
        else:
            put(columns, [[row.get(column) for column in columns] for row in rows])
    for error in body.get("errors", ()):
        click.echo(f"lifeloom: {error['message']}", err=True)


def rows_of(value: Any) -> list[Any]:
    """The rows of a connection or list; anything else is one row."""
    if isinstance(value, dict):
        for part in ("nodes", "edges"):
            if isinstance(value.get(part), list):
                return list(value[part])
    return value if isinstance(value, list) else [value]


def flat(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """The cells of a row: objects open to `outer.inner`, the rows of a list stand in one cell."""
    if isinstance(value, dict) and not _is_list(value):
        for key, inner in value.items():
            yield from flat(inner, f"{name}.{key}" if name else key)
    elif isinstance(value, (dict, list)):
        yield name, "; ".join(" ".join(shown(cell) for _, cell in flat(row)) for row in rows_of(value))
    else:
        yield name, value


def _is_list(value: Mapping[str, Any]) -> bool:
    return any(isinstance(value.get(part), list) for part in ("nodes", "edges"))
