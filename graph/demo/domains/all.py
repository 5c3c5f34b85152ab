"""All domains, in the order of the tables."""

from graph.demo.domains import (
    accounts,
    assistants,
    calendar,
    diary,
    files,
    fitness,
    graph,
    health,
    home,
    library,
    mail,
    media,
    messages,
    money,
    notes,
    operations,
    papers,
    people,
    places,
    plans,
    tasks,
)
from graph.demo.life import Life

_DOMAINS = (
    accounts, graph, operations, notes, diary, people, calendar, tasks, mail, messages, files, media, library, money, plans,
    health, fitness, places, home, papers, assistants,
)  # fmt: skip


def tell_all(life: Life) -> None:
    """Let every domain tell its part; what one refers to another may tell later."""
    for domain in _DOMAINS:
        domain.tell(life)
