"""`lifeloom token`: keys for apps and scripts."""

import re
from datetime import UTC, datetime, timedelta

import click

from graph.accounts import Token, create_token, list_tokens, revoke_token
from graph.service import Service
from graph.settings import Settings
from resolvers.cli.acting import acting_user, first_user
from resolvers.cli.printing import put
from resolvers.cli.running import run, with_settings

SPAN = re.compile(r"([1-9][0-9]{0,5})([hdwy])")
HOURS = {"h": 1, "d": 24, "w": 168, "y": 8766}


@click.group("token")
def token_command() -> None:
    """Keys to the door, for apps and scripts."""


def moment(context: click.Context, parameter: click.Parameter, text: str | None) -> datetime | None:
    """`30d`, `12h`, `4w`, `1y` from now, or a date (its beginning in UTC) or moment of ISO 8601."""
    if text is None:
        return None
    span = SPAN.fullmatch(text)
    try:
        if span:
            return datetime.now(UTC) + timedelta(hours=int(span[1]) * HOURS[span[2]])
        at = datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        raise click.BadParameter("say 12h, 30d, 4w, 1y or a date like 2030-01-31") from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


@token_command.command("create")
@click.option("--name", required=True, help="What the token is for.")
@click.option("--expires", metavar="WHEN", callback=moment, help="12h, 30d, 4w, 1y or a date. Without: never.")
@with_settings("user")
def create(settings: Settings, name: str, expires: datetime | None) -> None:
    """Make a token; its text is the last line, shown this once."""

    async def work(service: Service) -> tuple[str, str]:
        user = await first_user(service)
        return user.username, await create_token(service.database, user.id, name, expires)

    username, token = run(settings, work)
    until = f"until {expires:%Y-%m-%d %H:%M} UTC" if expires else "until it is revoked"
    click.echo(f"A token for {username}, good {until}. Send it as `Authorization: Bearer <token>`.", err=True)
    click.echo(token)


@token_command.command("list")
@with_settings("user")
def show(settings: Settings) -> None:
    """All tokens, with what they were used for last."""

    async def work(service: Service) -> list[Token]:
        return await list_tokens(service.database, (await acting_user(service)).id)

    rows = [
        (token.name, _state(token), token.actor_kind, _day(token.created_at), _day(token.last_used_at), token.id)
        for token in run(settings, work)
    ]
    put(["name", "state", "kind", "made", "last used", "id"], rows)


@token_command.command("revoke")
@click.argument("token", metavar="NAME_OR_ID")
@with_settings("user")
def revoke(settings: Settings, token: str) -> None:
    """End a token by its name or id, at once."""

    async def work(service: Service) -> object:
        return await revoke_token(service.database, (await acting_user(service)).id, token)

    click.echo(f"Revoked {run(settings, work)}.")


def _state(token: Token) -> str:
    if token.revoked_at:
        return "revoked"
    if token.expires_at is None:
        return "good"
    return f"good until {_day(token.expires_at)}" if token.expires_at > datetime.now(UTC) else "expired"


def _day(at: datetime | None) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M}" if at else ""
