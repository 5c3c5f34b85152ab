"""Small sources to import, and what a report tells of them."""

from dataclasses import asdict

from graph.importers.run import Report

CARD = "BEGIN:VCARD\nVERSION:3.0\nUID:{uid}\nFN:{name}\n{more}END:VCARD\n"
EVENT = (
    "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\nX-WR-CALNAME:Work\nBEGIN:VEVENT\nUID:{uid}\nDTSTAMP:20260101T000000Z\n"
    "SUMMARY:{name}\n{more}END:VEVENT\nEND:VCALENDAR\n"
)
VAULT = {
    "A.md": "---\naliases: [Alpha]\nrating: 5\n---\n[[B]] #tag",
    "sub/B.md": "[[Alpha]] ![[map.png]]",
    "sub/map.png": b"png",
    "2026-03-01.md": "[[A]]",
}


def card(uid: str, name: str, more: str = "") -> str:
    return CARD.format(uid=uid, name=name, more=more)


def event(uid: str, name: str, more: str = "DTSTART:20260301T100000Z\n") -> str:
    return EVENT.format(uid=uid, name=name, more=more)


def told(report: Report) -> dict[str, dict[str, int]]:
    """What happened, by type; nothing where nothing did."""
    return {type_: {name: n for name, n in asdict(counts).items() if n} for type_, counts in report.counts.items()}


def reasons(report: Report) -> list[str]:
    return [problem.reason for problem in report.problems]
