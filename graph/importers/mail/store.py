"""A store of mails as items, whatever it is: an mbox, a Maildir, a folder of files.

It is read twice: first the heads, to know the threads and the mailboxes of each mail, then the mails, one at a time.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from graph.importers.base import Among, Item, Problem, Row, To
from graph.importers.decoding import storable
from graph.importers.keys import shortened
from graph.importers.mail import flags, mail, mailboxes
from graph.importers.mail.entries import Entry
from graph.importers.mail.head import Head, parse
from graph.importers.mail.threads import Thread, Threads

SOURCE = "mail"
"""One source for all stores: the same mail from another file is the same mail."""


@dataclass(slots=True)
class _Reading:
    """What the first reading found: threads by the ids of mails, the mailboxes of each mail by its key."""

    place: str
    threads: dict[str, Thread] = field(default_factory=dict)
    boxes: dict[str, dict[str, None]] = field(default_factory=dict)
    done: set[str] = field(default_factory=set)

    def survey(self, entries: Iterator[Entry | Problem]) -> None:
        threads = Threads()
        for entry in entries:
            if isinstance(entry, Entry):
                head = _head(entry)
                threads.add(head.node, head.references, head.in_reply_to, mail.dated(entry, head), head.text("subject"))
                self.boxes.setdefault(head.key, {}).update(dict.fromkeys(_boxes(entry, head)))
        self.threads = threads.finish()

    def mail(self, entry: Entry) -> Iterator[Item]:
        head = _head(entry)
        paths = self.boxes.get(head.key, {})
        thread = _thread(self.threads.get(head.node) or Thread(head.node), entry.where)
        among = Among(self.place, tuple(To(mailboxes.key(path)) for path in paths))
        yield from self._once(box for path in paths for box in mailboxes.items(path, self.place))
        yield from self._once((thread,))
        *files, own = mail.items(entry, head, To(thread.key), among)
        yield from self._once(files)
        yield own

    def _once(self, items: Iterator[Item] | list[Item] | tuple[Item, ...]) -> Iterator[Item]:
        """Mailboxes, threads and files that many mails share, each at its first mail."""
        for item in items:
            if item.key not in self.done:
                self.done.add(item.key)
                yield item


def extract(place: str, entries: Callable[[], Iterator[Entry | Problem]]) -> Iterator[Item | Problem]:
    """All mails of the store at this place, whose entries can be read again and again."""
    reading = _Reading(place)
    reading.survey(entries())
    found = False
    for entry in entries():
        found = True
        if isinstance(entry, Problem):
            yield entry
        else:
            yield from reading.mail(entry)
    if not found:
        yield Problem(place, "there is no mail in it")


def _head(entry: Entry) -> Head:
    return parse(entry.raw, head_only=True)[0]


def _boxes(entry: Entry, head: Head) -> list[str]:
    if flags.has_labels(head):
        return [mailboxes.of_label(label) for label in flags.labels(head)]
    return [storable(entry.mailbox)] if entry.mailbox else []


def _thread(thread: Thread, where: str) -> Item:
    """A root that has no Message-ID is known by the key of its mail."""
    known = not thread.root.startswith("\0")
    key = shortened(f"thread:{thread.root.lstrip(chr(0))}")
    values: dict[str, object] = {"subject_base": thread.subject, "root_message_id": thread.root if known else None}
    return Item(key, (Row("email_threads", key, values),), where)
