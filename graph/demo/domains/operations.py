"""Sync and operations: what Nora was told, and one conflict of two address books that she settled herself."""

from graph.demo.life import Life, at, later

SOURCE = "people.vcf"
"""The connector under which the address book came in."""

TOLD = (
    (
        "passport",
        "expiry",
        "Your passport expires in 2029",
        "identity_document",
        "identity_document:passport",
        "2026-05-01 09:00",
    ),
    ("insure", "reminder", "Insure the boat", "task", "task:insure", "2026-06-01 09:00"),
    ("b-flat", "insight", "Two recordings share a note", "insight", "insight:b-flat", "2026-05-27 08:00"),
    (
        "flu",
        "reminder",
        "Influenza vaccination in October",
        "immunization",
        "immunization:flu-2025",
        "2026-05-30 08:00",
    ),
)


def tell(life: Life) -> None:
    """Notifications, and a conflict with its resolution."""
    for key, kind, title, type_, subject, due in TOLD:
        when = {"due_at": at(due), "delivered_at": later(at(due), seconds=2)}
        life.add("notifications", key, kind=kind, title=title, **when, **life.subject(type_, life.id(subject)))
    sides = {"base": {"nickname": []}, "local": {"nickname": ["Ike"]}, "remote": {"nickname": ["Iker"]}}
    ended = {"resolution": "local", "resolved_by": "person", "resolved_at": at("2026-05-03 19:12")}
    life.add(
        "sync_conflicts", "nickname", connector_id=life.known("sync_connector", SOURCE), remote_id="ike", fields=["nickname"], **sides, **ended,
        **life.subject("contact", life.person("Iker Etxeberria")),
    )  # fmt: skip
