"""How a command meets the house: flags to settings, a service around its work, errors to one line."""

import asyncio
import contextlib
import functools
import gc
import signal
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import Field, fields
from typing import IO, Any, TypeVar

import click

from graph.errors import LifeloomError
from graph.service import Service, open_service
from graph.settings import Settings
from schema_sql.errors import SchemaErrors
from schema_sql.migrate import MigrationRefused

T = TypeVar("T")

REFUSED, INTERRUPTED, TERMINATED = 2, 128 + signal.SIGINT, 128 + signal.SIGTERM
FLAGS = {"data_dir": "--data", "host": "--host", "port": "--port", "user": "--user", "schema_path": "--schema-path"}
"""The settings that are flags too."""
_FIELDS: dict[str, Field[Any]] = {each.name: each for each in fields(Settings)}


class Refusal(click.ClickException):
    """Nothing was done; the message says why."""

    exit_code = REFUSED

    def show(self, file: IO[Any] | None = None) -> None:
        click.echo(f"lifeloom: {self.format_message()}", file=file, err=file is None)


@contextlib.contextmanager
def refusals() -> Iterator[None]:
    """Turns the errors that a person is meant to see into a Refusal."""
    try:
        yield
    except SchemaErrors as error:
        raise Refusal(str(error)) from error
    except (LifeloomError, MigrationRefused) as error:
        raise Refusal(" ".join(str(error).split())) from error


def with_settings(*names: str) -> Callable[[Callable[..., T]], Callable[..., T]]:
    """The command takes these settings as flags, besides --data, and is called with the Settings first."""
    flagged = ("data_dir", *names)

    def decorate(function: Callable[..., T]) -> Callable[..., T]:
        @functools.wraps(function)
        def command(**values: Any) -> T:
            given = {name: values.pop(name) for name in flagged}
            with refusals():
                settings = Settings.from_environment(**given)
            return function(settings, **values)

        made: Callable[..., T] = command
        for name in reversed(flagged):
            made = _flag(name)(made)
        return made

    return decorate


def _flag(name: str) -> Callable[[Callable[..., T]], Callable[..., T]]:
    about = _FIELDS[name].metadata

    def read(context: click.Context, parameter: click.Parameter, text: str | None) -> object:
        try:
            return None if text is None else about["read"](text)
        except ValueError as error:
            raise click.BadParameter(f"it cannot be {text!r} ({error})") from None

    text = f"{about['help']}  [{about['env']}; default: {about['shown']}]"
    return click.option(FLAGS[name], name, metavar="VALUE", callback=read, help=text)


def run(settings: Settings, work: Callable[[Service], Awaitable[T]]) -> T:
    """Opens the house around `work`: finds the running instance, or starts one for as long as it takes."""

    async def opened() -> T:
        async with open_service(settings) as service:
            return await work(service)

    with refusals():
        try:
            return asyncio.run(_until_told(opened))
        except KeyboardInterrupt:
            raise click.exceptions.Exit(INTERRUPTED) from None
        except asyncio.CancelledError:
            raise click.exceptions.Exit(TERMINATED) from None


async def _until_told(work: Callable[[], Awaitable[T]]) -> T:
    """SIGTERM ends a command as Ctrl-C does: what is open is closed, what was not written whole is rolled back."""
    gc.freeze()
    gc.enable()
    task = asyncio.current_task()
    assert task is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    return await work()
