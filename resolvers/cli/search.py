"""`lifeloom search`: words in, records out, without building GraphQL's types for it."""

from html import unescape
from typing import Any

import click
import orjson

from graph.plan.found import Search
from graph.plan.nodes import AnyObject, Bounds, Items, Object, Page, RecordValue, Rows, SourceValue, TotalCount
from graph.plan.read import compile_read
from graph.service import Service
from graph.settings import Settings
from resolvers.cli.acting import acting_user
from resolvers.cli.printing import put, shown
from resolvers.cli.running import run, with_settings

_RECORD = AnyObject(Object(None, tuple((name, RecordValue(name)) for name in ("id", "type", "label"))), ())
_EDGE = Rows((("snippet", SourceValue("snippet")), ("record", _RECORD)))


@click.command("search")
@click.argument("words", nargs=-1, required=True)
@click.option("--type", "types", multiple=True, metavar="TYPE", help="Only records of this type, as note or contact.")
@click.option("--first", default=20, show_default=True, type=click.IntRange(1, 1000), help="How many to show.")
@with_settings("user")
def search_command(settings: Settings, words: tuple[str, ...], types: tuple[str, ...], first: int) -> None:
    """Find records of all types by their words, titles weighing most.

    All words must occur; "a phrase" in quotes, -word leaves out (after --), and `or` is understood. The last word may
    be a beginning. Exit status 1 where nothing was found.
    """

    async def work(service: Service) -> Any:
        user = await acting_user(service)
        kinds = [known(service, name) for name in types] or None
        page = Page(Search(" ".join(words), kinds), Bounds(first), (("total", TotalCount()), ("edges", Items(_EDGE))))
        statement = compile_read(service.catalog, [("found", page)])
        text = await service.readings.fetch(user.id, statement)
        return orjson.loads(text or b"{}")["found"]

    found = run(settings, work)
    if not found["edges"]:
        click.echo("Nothing found.", err=True)
        raise click.exceptions.Exit(1)
    put(["type", "label", "passage", "id"], [_cells(edge) for edge in found["edges"]])
    if found["total"] > len(found["edges"]):
        click.echo(f"The first {len(found['edges'])} of {found['total']:,}; more with --first.", err=True)


def known(service: Service, name: str) -> str:
    type_ = name.strip().lower().replace("-", "_")
    if type_ not in service.catalog.by_type:
        raise click.BadParameter(f"there is no type {name}; `lifeloom query '{{recordTypes {{name}}}}'` lists them.")
    return type_


def _cells(edge: Any) -> tuple[str, str, str, str]:
    record = edge["record"]
    passage = shown(unescape(edge["snippet"].replace("<mark>", "").replace("</mark>", "")))
    return record["type"].lower(), record["label"], passage, record["id"]
