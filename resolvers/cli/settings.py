"""`lifeloom settings`: what is in force, and where it comes from."""

from dataclasses import Field, fields
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import click

from graph.settings import Settings
from resolvers.cli.printing import put
from resolvers.cli.running import FLAGS, with_settings


@click.command("settings")
@with_settings("host", "port", "user", "schema_path")
@click.pass_context
def settings_command(context: click.Context, settings: Settings) -> None:
    """Every setting with its value and where that comes from: a flag, the environment or the default."""
    bare = Settings.from_environment({})
    rows = []
    for each in fields(Settings):
        about, value = each.metadata, getattr(settings, each.name)
        given = context.params.get(each.name) is not None
        origin = "flag" if given else "default" if value == getattr(bare, each.name) else "environment"
        rows.append((about["env"], FLAGS.get(each.name), _shown(each, value), origin, about["help"]))
    put(["variable", "flag", "value", "from", "what it is"], rows)


def _shown(each: Field[Any], value: object) -> str:
    if value is None or value == each.default:
        return str(each.metadata["shown"])
    if isinstance(value, frozenset | tuple):
        return ",".join(sorted(value) if isinstance(value, frozenset) else value)
    return masked(str(value)) if each.metadata["secret"] else f"{value:g}" if isinstance(value, float) else str(value)


def masked(url: str) -> str:
    """A URL without its password."""
    parts = urlsplit(url)
    login, at, address = parts.netloc.rpartition("@")
    return urlunsplit(parts._replace(netloc=login.partition(":")[0] + at + address, query=""))
