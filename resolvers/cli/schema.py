"""`lifeloom schema`: the GraphQL schema, or a picture of the tables; neither needs a database."""

from pathlib import Path

import click

from graph.settings import Settings
from resolvers.cli.picture import draw
from resolvers.cli.running import Refusal, refusals, with_settings
from resolvers.schema import build_schema
from schema_sql.migrate import declared


@click.command("schema")
@click.option(
    "--er", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE.svg", help="Draw the tables instead."
)
@with_settings("schema_path")
def schema_command(settings: Settings, er: Path | None) -> None:
    """Print the GraphQL schema (SDL), with your own tables in it; or draw the tables and what points at what."""
    with refusals():
        catalog = declared(settings.schema_path)
    if er is None:
        click.echo(build_schema(catalog).sdl)
        return
    try:
        er.write_text(draw(catalog), "utf-8")
    except OSError as error:
        raise Refusal(f"{er} cannot be written: {error.strerror}") from None
    click.echo(f"{len(catalog.entities)} tables are drawn in {er}; a browser shows it.", err=True)
