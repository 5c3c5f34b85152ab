"""Which mails are one conversation: those that name each other in Message-ID, References or In-Reply-To.

As in JMAP (RFC 8621, 3) and RFC 5256, but whatever the subjects: they change within a conversation, and many
conversations are called "Hello". A thread is known by its root, the first message, whether or not it is there: so its
mails meet in one thread in whatever order, and from whatever files, they come.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from graph.importers.mail.headers import base_subject


@dataclass(slots=True)
class Thread:
    """What is known of a conversation. `subject` is that of its root, or else of its earliest mail."""

    root: str
    subject: str = ""
    rank: tuple[bool, str, str] = (True, "~~", "")


@dataclass(slots=True)
class Threads:
    """Takes mails one by one and tells their threads when all have been taken."""

    _above: dict[str, str] = field(default_factory=dict)
    _answers: set[str] = field(default_factory=set)
    _subjects: list[tuple[str, datetime | None, str]] = field(default_factory=list)

    def add(
        self, own: str, references: Sequence[str], answered: Sequence[str], at: datetime | None, subject: str
    ) -> None:
        """A mail under its own id; the ids before it, oldest first; the ids that it answers."""
        chain = [*references, *(one for one in answered if one not in references)]
        before = [one for one in chain if one != own]
        self._find(own)
        for one in before:
            self._join(one, own)
        self._answers.update((*before[1:], own) if before else ())
        self._subjects.append((own, at, subject))

    def finish(self) -> dict[str, Thread]:
        """The thread of every id that a mail has."""
        roots: dict[str, str] = {}
        for one in self._above:
            top = self._find(one)
            best = roots.get(top)
            roots[top] = one if best is None else min(best, one, key=lambda id_: (id_ in self._answers, id_))
        threads = {top: Thread(root) for top, root in roots.items()}
        found: dict[str, Thread] = {}
        for own, at, subject in self._subjects:
            thread = found[own] = threads[self._find(own)]
            rank = (own != thread.root, at.isoformat() if at else "~", subject)
            if rank < thread.rank:
                thread.rank, thread.subject = rank, base_subject(subject)
        return found

    def _find(self, one: str) -> str:
        top = self._above.setdefault(one, one)
        while top != (above := self._above[top]):
            self._above[top] = self._above[above]
            top = above
        self._above[one] = top
        return top

    def _join(self, one: str, other: str) -> None:
        first, second = self._find(one), self._find(other)
        if first != second:
            self._above[second] = first
