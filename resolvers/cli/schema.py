"""`lifeloom schema`: the GraphQL schema, or pictures of the tables; none of them needs a database."""

from pathlib import Path

import click

from graph.settings import Settings
from resolvers.cli.domains import domains
from resolvers.cli.gallery import write_all
from resolvers.cli.picture import draw, draw_domain
from resolvers.cli.running import Refusal, refusals, with_settings
from resolvers.schema import build_schema
from schema_sql.catalog import Catalog
from schema_sql.migrate import declared


@click.command("schema")
@click.argument("domain", required=False)
@click.option("--er", is_flag=True, help="Print a picture (SVG) of all tables instead, or of one DOMAIN.")
@click.option(
    "--er-all",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIRECTORY",
    help="Write all pictures there, with a page (index.html) that leads to them.",
)
@with_settings("schema_path")
def schema_command(settings: Settings, domain: str | None, er: bool, er_all: Path | None) -> None:
    """Print the GraphQL schema (SDL), with your own tables in it; or draw the tables and what points at what.

    A DOMAIN is drawn with all its columns: lifeloom schema --er mail > mail.svg
    """
    if domain is not None and not er:
        raise click.UsageError("a DOMAIN is drawn by --er: lifeloom schema --er DOMAIN > FILE.svg")
    if er and er_all is not None:
        raise click.UsageError("give --er for one picture or --er-all for all of them")
    with refusals():
        catalog = declared(settings.schema_path)
    if er_all is not None:
        _write_all(catalog, er_all)
    elif er:
        click.echo(_picture(catalog, domain), nl=False)
    else:
        click.echo(build_schema(catalog).sdl)


def _picture(catalog: Catalog, name: str | None) -> str:
    """The picture of one domain, or of all tables."""
    if name is None:
        return draw(catalog)
    there = {domain.name: domain for domain in domains(catalog)}
    if name not in there:
        raise Refusal(f"there is no domain {name}: {', '.join(there)}")
    return draw_domain(there[name], catalog)


def _write_all(catalog: Catalog, directory: Path) -> None:
    try:
        count = write_all(catalog, directory)
    except OSError as error:
        raise Refusal(f"{error.filename or directory} cannot be written: {error.strerror}") from None
    click.echo(f"{count} pictures are in {directory}; open {directory / 'index.html'} in a browser.", err=True)
