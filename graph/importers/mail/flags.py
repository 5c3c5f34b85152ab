"""What a mail program noted about a mail: keywords of IMAP out of headers, and the labels of Gmail."""

import csv
import re
from collections.abc import Iterator

from graph.importers.mail.head import Head

_STATUS = {"R": "$seen"}
_X_STATUS = {"A": "$answered", "D": "$deleted", "F": "$flagged", "T": "$draft"}
_MOZILLA = {0x0001: "$seen", 0x0002: "$answered", 0x0004: "$flagged", 0x0008: "$deleted", 0x1000: "$forwarded"}
_MAILDIR = {"D": "$draft", "F": "$flagged", "P": "$forwarded", "R": "$answered", "S": "$seen", "T": "$deleted"}
_STATES = {"starred": "$flagged", "opened": "$seen"}
_NO_MAILBOXES = frozenset((*_STATES, "unread", "archived"))

VOLATILE = frozenset(
    (
        *("status", "x-status", "x-mozilla-status", "x-mozilla-status2", "x-mozilla-keys", "x-keywords"),
        *("x-gmail-labels", "x-lifeloom"),
    )
)
"""Headers that only say this, or whose export it is."""


def keywords(head: Head) -> list[str]:
    """The keywords of all programs that wrote some, each once."""
    return list(dict.fromkeys((*_letters(head), *_mozilla(head), *_own(head), *_gmail(head))))


def of_maildir(name: str) -> list[str]:
    """The flags at the end of a file's name in a Maildir, as `:2,FS`; `;` and `!` stand for `:` on Windows."""
    found = re.search(r"[:;!]2,([A-Za-z]*)\Z", name)
    return [_MAILDIR[letter] for letter in dict.fromkeys(found[1]) if letter in _MAILDIR] if found else []


def labels(head: Head) -> list[str]:
    """The labels of a mail from Gmail (Takeout), which are its mailboxes; states of a mail are none."""
    return [label for label in _all_labels(head) if label.lower() not in _NO_MAILBOXES]


def has_labels(head: Head) -> bool:
    return bool(head.every("x-gmail-labels"))


def _letters(head: Head) -> Iterator[str]:
    for name, meanings in (("status", _STATUS), ("x-status", _X_STATUS)):
        value = head.first(name).strip()
        if re.fullmatch(r"[A-Z]{1,8}", value):
            yield from (meanings[letter] for letter in value if letter in meanings)


def _mozilla(head: Head) -> Iterator[str]:
    bits = head.first("x-mozilla-status").strip()
    if re.fullmatch(r"[0-9A-Fa-f]{1,8}", bits):
        yield from (keyword for bit, keyword in _MOZILLA.items() if int(bits, 16) & bit)


def _own(head: Head) -> Iterator[str]:
    for name in ("x-keywords", "x-mozilla-keys"):
        yield from head.text(name).replace(",", " ").split()


def _gmail(head: Head) -> Iterator[str]:
    found = {label.lower() for label in _all_labels(head)}
    yield from (keyword for label, keyword in _STATES.items() if label in found)


def _all_labels(head: Head) -> list[str]:
    line = head.text("x-gmail-labels")
    try:
        cells = next(csv.reader([line], skipinitialspace=True), [])
    except csv.Error:
        cells = line.split(",")
    return list(dict.fromkeys(" ".join(cell.split()) for cell in cells if cell.strip()))
