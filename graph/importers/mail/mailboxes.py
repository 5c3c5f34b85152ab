"""Mailboxes: the folders and labels that mails from files are in, each under its path."""

from collections.abc import Iterator
from pathlib import Path

from graph.importers.base import Item, Row, To
from graph.importers.decoding import path_text
from graph.importers.keys import shortened

_ROLES = {
    "all mail": "all",
    "archive": "archive",
    "archives": "archive",
    "deleted items": "trash",
    "deleted messages": "trash",
    "draft": "drafts",
    "drafts": "drafts",
    "important": "important",
    "inbox": "inbox",
    "junk": "junk",
    "junk e-mail": "junk",
    "sent": "sent",
    "sent items": "sent",
    "sent mail": "sent",
    "sent messages": "sent",
    "snoozed": "snoozed",
    "spam": "junk",
    "starred": "flagged",
    "trash": "trash",
}
_SUFFIXES = (".mbox", ".mbx", ".sbd")


def key(path: str) -> str:
    """The key of the mailbox under this path."""
    return shortened(f"mailbox:{path}")


def items(path: str, where: str) -> Iterator[Item]:
    """The mailbox and those that it is inside of, the outermost first."""
    names = path.split("/")
    for depth in range(1, len(names) + 1):
        inner, outer = "/".join(names[:depth]), "/".join(names[: depth - 1])
        values: dict[str, object] = {"name": names[depth - 1], "path": inner, "source": "mail"}
        if outer:
            values["parent_id"] = To(key(outer))
        if role := _ROLES.get(names[depth - 1].lower()) if depth == 1 or names[0] == "[Gmail]" else None:
            values["role"] = role
        yield Item(key(inner), (Row("mailboxes", key(inner), values),), where)


def of_label(label: str) -> str:
    """The path of a label; a slash in it is one mailbox in another."""
    return "/".join(part.strip() for part in label.split("/") if part.strip()) or "Inbox"


def of_file(path: Path, root: Path | None = None) -> str:
    """The path of the mailbox that a file is: within `root`, or with the folders of Thunderbird (.sbd) around it.

    Apple Mail puts a file called mbox into a folder that is the mailbox.
    """
    own = path.parent if path.name.lower() in ("mbox", "table_of_contents") else path
    if root is not None and own != root:
        names = list(own.relative_to(root).parts)
    else:
        names = [own.name]
        for parent in own.parents:
            if parent.suffix.lower() != ".sbd":
                break
            names.insert(0, parent.name)
    return "/".join(_plain(path_text(name)) for name in names)


def _plain(name: str) -> str:
    stem = name.lower()
    return next((name[: -len(end)] for end in _SUFFIXES if stem.endswith(end) and len(name) > len(end)), name)
