"""The command line: one module a command (or group of commands), imported when it is asked for.

What a command does is done below (`graph`); here are its words, its output and its exit status.
"""

import importlib
from collections.abc import Mapping
from types import MappingProxyType

import click

COMMANDS: Mapping[str, str] = MappingProxyType(
    {
        "serve": "serve",
        "import": "importing",
        "export": "exporting",
        "search": "search",
        "query": "query",
        "embed": "embedding",
        "schema": "schema",
        "user": "users",
        "token": "tokens",
        "backup": "backups",
        "restore": "backups",
        "migrate": "upkeep",
        "doctor": "upkeep",
        "settings": "settings",
    }
)
"""Every command and the module of this package that has it, under the name `<command>_command`."""


class Commands(click.Group):
    """Imports a command's module only when the command runs, because GraphQL's types alone take a second."""

    def list_commands(self, context: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module = importlib.import_module(f"{__name__}.{COMMANDS[name]}")
        command: click.Command = getattr(module, f"{name}_command")
        return command


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="lifeloom", message="%(prog)s %(version)s")
def lifeloom() -> None:
    """Your life as one graph: notes, people, calendar and tasks behind one GraphQL endpoint.

    Start with `lifeloom serve`; all other commands work beside it.
    """
