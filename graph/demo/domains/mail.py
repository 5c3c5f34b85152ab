"""Email: bookings with their tickets, what friends answered, letters of the years, and the mail of firms."""

from graph.demo.domains.letters import THREADS
from graph.demo.domains.people import FIRMS
from graph.demo.domains.places import CARRIERS, NAMES, TRIPS
from graph.demo.episodes import Trip
from graph.demo.life import Life, at, between, later, on

SELF = ("Nora Behrens", "nora@behrens.example")
BOXES = (("inbox", "Inbox"), ("sent", "Sent"), ("archive", "Archive"), ("drafts", "Drafts"))
ADDRESSES = {
    "Lotte Behrens": "lotte@behrens.example",
    "Pau Soler": "pau@ondallevant.example",
    "Julia Marín": "julia.marin@correo.example",
    "Heike Behrens": "heike@behrens.example",
    "Uwe Behrens": "uwe@behrens.example",
    "Amaia Etxeberria": "amaia@etxeberria.example",
    "Iker Etxeberria": "iker@etxeberria.example",
    "Inés Navarro": "ines@ondallevant.example",
    "Mikel Etxeberria": "mikel@etxeberria.example",
    "Carmen Ferrer": "carmen@ondallevant.example",
    "Samir Haddad": "samir@haddad.example",
    "Jonas Petersen": "jonas@petersen-bootsbau.example",
    "Aoife Brennan": "aoife.brennan@soundheritage.example",
    "Mads Kjær": "mads@lydarkivet.example",
    "Tomàs Vidal": "tvidal@arxiudelport.example",
    "Wiebke Hansen": "whansen@uni-kiel.example",
    "Elena Popescu": "elena.popescu@correo.example",
    "David Lang": "david@gestoria-lang.example",
    "Rosa Calatrava": "rosa@luthier-calatrava.example",
    "Lucía Ortega": "lucia@corodelcabanyal.example",
    "Vicent Roig": "varadero@roig.example",
} | {name: email for _, name, _, _, email in FIRMS if email}


def tell(life: Life) -> None:
    """The account with its boxes; then bookings, threads and the monthly bills."""
    account = life.add("email_accounts", "nora", email=SELF[1], display_name=SELF[0], is_default=True, signature="– N.")
    for number, (role, name) in enumerate(BOXES):
        life.add("mailboxes", role, account_id=account, name=name, path=name, role=role, sort_order=number)
    for trip in TRIPS:
        _booking(life, trip)
    for key, subject, mails in THREADS:
        _thread(life, key, subject, tuple((who, at(when), text) for who, when, text in mails))
    for year in range(2021, 2027):
        for month in range(1, 13 if year < 2026 else 6):
            _bill(life, f"{year}-{month:02}")


def _booking(life: Life, trip: Trip) -> None:
    firm = CARRIERS[trip.legs[0].carrier]
    rides = "\n".join(
        f"{leg.number}  {leg.departs} {NAMES[leg.origin]} – {leg.arrives} {NAMES[leg.goal]}, seat {leg.seat or 'free'}"
        for leg in trip.legs if leg.status == "confirmed"
    )  # fmt: skip
    text = f"Dear Nora Behrens,\n\nthank you for travelling with {firm}. Your booking {trip.code}:\n\n{rides}\n\nYour ticket is attached."
    mail(life, f"{trip.key}-booked", f"Your booking {trip.code}: {trip.name}", firm, trip.booked, text, attached=True)
    for number, leg in enumerate(trip.legs):
        if not leg.event:
            name = f"{trip.key}-{number}"
            values = {"type": "text/calendar", "name": f"{leg.number}.ics", "event_uid": f"{name}@life.example"}
            life.add(
                "email_attachments", name, email_id=life.id(f"email:{trip.key}-booked"), position=number + 1, **values
            )
    ticket = {"file_id": life.id(f"file:{trip.key}-ticket"), "name": f"{trip.code}.pdf", "type": "application/pdf"}
    life.add(
        "email_attachments", f"{trip.key}-ticket", email_id=life.id(f"email:{trip.key}-booked"), position=0, **ticket
    )
    asked = f"It is booked: {trip.name}, {trip.start} to {trip.end}. Number {trip.code}, in case I lose everything. N."
    if trip.after:
        asked = f"Back from {trip.name}. Here is what I recorded, uncut. N."
    begun = at(f"{on(trip.end, 2)} 20:15") if trip.after else trip.booked
    asking, answering = later(begun, minutes=25), later(begun, hours=11)
    _thread(life, trip.key, trip.name, (("", asking, asked), (trip.friend, answering, trip.letter)), to=trip.friend)


def _thread(life: Life, key: str, subject: str, mails: tuple[tuple[str, str, str], ...], to: str = "") -> None:
    """Mails that answer one another. A mail without a sender is hers, to whoever is in the thread."""
    other = to or next(who for who, _, _ in mails if who)
    thread = life.add(
        "email_threads", key, account_id=life.id("email_account:nora"), root_message_id=f"{key}-0@mail.example",
        subject_base=subject, started_at=mails[0][1], last_received_at=mails[-1][1], email_count=len(mails),
    )  # fmt: skip
    for number, (who, when, text) in enumerate(mails):
        before = [f"{key}-{earlier}@mail.example" for earlier in range(number)]
        title = f"Re: {subject}" if number else subject
        mail(life, f"{key}-{number}", title, who, when, text, to=other, thread=thread, answers=before)


def mail(
    life: Life, key: str, subject: str, who: str, when: str, text: str, *,
    to: str = "", thread: str | None = None, answers: list[str] | None = None, attached: bool = False,
) -> None:  # fmt: skip
    """A mail from somebody to Nora, or where nobody is named from Nora to `to`."""
    sender = (who, ADDRESSES[who]) if who else SELF
    receiver = SELF if who else (to, ADDRESSES[to])
    box = life.id(f"mailbox:{'archive' if when < '2026-05' else 'inbox'}" if who else "mailbox:sent")
    email = life.add(
        "emails", key, account_id=life.id("email_account:nora"), thread_id=thread, mailbox_ids=[box], subject=subject,
        message_id=f"{key}@mail.example", in_reply_to=(answers or [])[-1:], reference_message_ids=answers or [],
        senders=[sender[0]], sent_at=when, received_at=later(when, seconds=7), text_body=text, preview=text[:120],
        keywords=["$seen"], has_attachment=attached, byte_size=900 + len(text.encode()),
    )  # fmt: skip
    for field, (name, address) in (("from", sender), ("to", receiver)):
        life.add(
            "email_recipients", f"{key}-{field}", email_id=email, field=field, name=name, address=address, position=0
        )


def _bill(life: Life, month: str) -> None:
    """Each month the power company writes, and says what the bank then shows."""
    amount = f"{power(month):.2f}"
    text = f"Hola Nora, tu factura de {month}: {amount} EUR. Se cargará en tu cuenta el día 8. Gracias por ser cooperativista."
    mail(life, f"power-{month}", f"Factura {month}", "Llum Cooperativa", at(f"{month}-04 07:15"), text)


def power(month: str) -> float:
    """What the electricity of a month cost: more in winter, and always a little different."""
    cold = month[5:] in ("12", "01", "02")
    return (4600 + 1900 * cold + between(f"power-{month}", 0, 900)) / 100
