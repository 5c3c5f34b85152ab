"""`lifeloom user`: who lives here."""

import click

from graph.accounts import User, create_user, list_users
from graph.service import Service
from graph.settings import Settings
from resolvers.cli.printing import put
from resolvers.cli.running import run, with_settings


@click.group("user")
def user_command() -> None:
    """The people of this instance."""


@user_command.command("add")
@click.argument("name")
@click.option("--email", help="Their e-mail address.")
@click.option("--display-name", help="What to call them.")
@with_settings()
def add(settings: Settings, name: str, email: str | None, display_name: str | None) -> None:
    """Make a user; the first one owns the instance."""

    async def work(service: Service) -> User:
        return await create_user(service.database, name, email=email, display_name=display_name)

    user = run(settings, work)
    click.echo(f"{user.username} lives here now ({user.role}, {user.id}).")


@user_command.command("list")
@with_settings()
def show(settings: Settings) -> None:
    """Everybody, in the order of their arrival."""

    async def work(service: Service) -> list[User]:
        return await list_users(service.database)

    rows = [
        (user.username, user.display_name, user.email, user.role, "" if user.active else "closed", user.id)
        for user in run(settings, work)
    ]
    put(["name", "called", "e-mail", "role", "state", "id"], rows)
