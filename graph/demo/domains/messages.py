"""Messaging and social: the family's groups, the boat's, what was said on journeys, and posts of the podcast."""

from graph.demo.domains.places import TRIPS
from graph.demo.life import Life, at, between, later, on, pick

PHONES = {
    "Iker Etxeberria": "+34611445566",
    "Lotte Behrens": "+4915123001188",
    "Jonas Petersen": "+4915123004410",
    "Heike Behrens": "+494315550142",
    "Uwe Behrens": "+4915123007001",
    "Julia Marín": "+34655555040",
    "Samir Haddad": "+34655555041",
    "Pau Soler": "+34633555002",
    "Inés Navarro": "+34633555003",
    "Carmen Ferrer": "+34633555001",
    "Mikel Etxeberria": "+34622555019",
    "Amaia Etxeberria": "+34944555018",
    "": "+34611020304",
}

ROOMS = (
    ("iker", "direct", "Iker", "2019-04-13", ("Iker Etxeberria",)),
    ("family", "group", "Behrens an Land", "2016-06-20", ("Lotte Behrens", "Heike Behrens", "Uwe Behrens", "Jonas Petersen")),
    ("getxo", "group", "Etxeberria & co.", "2019-12-30", ("Iker Etxeberria", "Mikel Etxeberria", "Amaia Etxeberria")),
    ("boat", "group", "Alondra crew", "2025-10-11", ("Samir Haddad", "Jonas Petersen", "Julia Marín")),
    ("pau", "direct", "Pau", "2017-05-15", ("Pau Soler",)),
    ("work", "group", "Onda, mesa de lunes", "2019-03-01", ("Carmen Ferrer", "Pau Soler", "Inés Navarro")),
    ("julia", "direct", "Julia", "2018-05-01", ("Julia Marín",)),
    ("walks", "group", "Map, chemistry, recorder", "2025-08-01", ("Julia Marín", "Iker Etxeberria")),
)  # fmt: skip
"""Key, kind, title, since when, who besides Nora."""

SMALL_TALK = {
    "iker": (
        (("Iker Etxeberria", "Bread?"), ("", "Bread. And the thing."), ("Iker Etxeberria", "Which thing"), ("", "The round one.")),
        (("", "The washing machine is in D minor again"), ("Iker Etxeberria", "I shall add a shirt. That makes it major.")),
        (("Iker Etxeberria", "3B set fire to a marshmallow in the fume hood"), ("", "On purpose?"), ("Iker Etxeberria", "For science. So yes.")),
        (("", "Home at eight, choir ran over"), ("Iker Etxeberria", "Lentils wait. Lentils are good at it.")),
    ),
    "family": (
        (("Uwe Behrens", "Nebel. Man hört die Oslo-Fähre, aber man sieht sie nicht."), ("", "Aufnehmen!"), ("Uwe Behrens", "Handy lag schon auf dem Fensterbrett")),
        (("Heike Behrens", "Oma hat heute drei Stück Kuchen gegessen und den Arzt korrigiert"), ("", "In dieser Reihenfolge?"), ("Heike Behrens", "Gleichzeitig")),
        (("Lotte Behrens", "Habe einen Wurm gefunden, den es hier nicht geben dürfte"), ("", "Wie heißt er?"), ("Lotte Behrens", "Noch gar nicht. Das ist ja das Schöne.")),
    ),
    "boat": (
        (("Samir Haddad", "Found her first colour under six others: green"), ("", "Which green"), ("Samir Haddad", "The one of the market shutters"), ("Jonas Petersen", "Nicht abbeizen. Schleifen.")),
        (("", "How many screws are missing"), ("Samir Haddad", "Missing or wrong?"), ("", "…"), ("Samir Haddad", "61")),
        (("Jonas Petersen", "Foto vom Spiegel, von innen, mit Lampe"), ("Samir Haddad", "Do you want to know"), ("Jonas Petersen", "Nein. Foto.")),
    ),
    "work": (
        (("Carmen Ferrer", "¿Quién tiene las facturas de mayo?"), ("Pau Soler", "Yo. En una caja. De cables."), ("Carmen Ferrer", "Pau.")),
        (("Inés Navarro", "El episodio dura 31:20. Sobra un minuto y sé cuál"), ("", "No el de la campana"), ("Inés Navarro", "El de la campana")),
        (("Pau Soler", "He subido la mezcla. 96 kHz."), ("Inés Navarro", "La gente lo oye fregando, Pau"), ("Pau Soler", "Pues que frieguen mejor")),
    ),
}  # fmt: skip

SIGNS = ("👍", "❤️", "😂", "🌊", "🐟")

CALLS = (
    ("oma-goose", "Heike Behrens", "outgoing", "2019-12-24 18:40", 1260, True),
    ("iker-lockdown", "Iker Etxeberria", "incoming", "2020-03-20 21:05", 5400, True),
    ("wrist", "Heike Behrens", "outgoing", "2022-10-08 21:15", 840, True),
    ("wrist-lotte", "Lotte Behrens", "incoming", "2022-10-08 21:32", None, False),
    ("hull", "Jonas Petersen", "incoming", "2025-11-02 19:20", 2460, True),
    ("invoice", "Carmen Ferrer", "incoming", "2026-05-04 09:01", None, False),
    ("launch", "Uwe Behrens", "outgoing", "2026-04-25 13:10", 610, True),
)
"""Key, with whom, who called, when, how many seconds, whether it was taken."""

POSTS = (
    ("knife", "2023-04-22", "The knife grinder of Alfama whistles a rising scale and then waits. I recorded him in 2017 and again today: he has gone down a semitone. So have I."),
    ("ep1", "2026-02-27", "Episode 1 is out: the fish porters of the Cabanyal. Reme Blasco carried forty kilos and a song. We cleaned neither. #voices"),
    ("ep2", "2026-04-10", "Episode 2: Paco Giner, the last auctioneer. You hear the breath before the price. #voices"),
    ("launch", "2026-04-25", "She floats. Slightly more on one side, like all of us. #boat"),
    ("wax", "2026-05-26", "Aarhus: a ship horn of 1911 on a wax cylinder. Mads let me turn the crank. It is B flat, the same as the whistle in box 114."),
)  # fmt: skip


def tell(life: Life) -> None:
    """Accounts, rooms with their members, then what was said."""
    account = life.add("chat_accounts", "phone", service="signal", handle=PHONES[""], display_name="Nora")
    social = life.add(
        "chat_accounts", "fediverse", service="mastodon", handle="@nora@hearsay.example", display_name="Nora B."
    )
    for key, kind, title, since, people in ROOMS:
        room = life.add(
            "chat_conversations", key, account_id=account, kind=kind, title=title, remote_id=f"room-{key}",
            started_at=at(f"{since} 12:00"), last_message_at=at("2026-06-01 21:00"),
        )  # fmt: skip
        for who in ("", *people):
            _member(life, room, key, who)
    for trip in TRIPS:
        day = on(trip.end, 3) if trip.after else trip.start
        _talk(life, trip.key, room_of(trip.friend, trip.chat), at(f"{day} 09:05", trip.zone), trip.chat)
    for key, themes in SMALL_TALK.items():
        since = next(since for name, _, _, since, _ in ROOMS if name == key)
        for week in range(60 if key == "iker" else 14):
            name = f"{key}-{week}"
            day = on("2025-10-13", week * 4 + between(name, 0, 3)) if key in ("boat", "iker") else on(since, week * 160)
            if day <= "2026-06-01":
                _talk(life, name, key, at(f"{day} {between(name + 'h', 17, 21)}:12"), pick(name + "t", themes))
    for key, who, direction, when, seconds, answered in CALLS:
        talk = {"handle": PHONES[who], "display_name": who, "direction": direction, "started_at": at(when)}
        life.add("call_records", key, account_id=account, duration_s=seconds, answered=answered, **talk)
    for key, day, text in POSTS:
        values = {
            "account_id": social,
            "attributed_to": "@nora@hearsay.example",
            "content": text,
            "visibility": "public",
        }
        uri = f"https://hearsay.example/@nora/{key}"
        likes = between(key, 9, 180)
        life.add("social_posts", key, uri=uri, published=at(f"{day} 18:30"), likes=likes, language="en", **values)


def room_of(friend: str, chat: tuple[tuple[str, str], ...]) -> str:
    """In which room a talk took place: the smallest one where all who speak are members."""
    speakers = {who for who, _ in chat} - {""} or {friend}
    return min((len(people), key) for key, _, _, _, people in ROOMS if speakers <= set(people))[1]


def _member(life: Life, room: str, key: str, who: str) -> None:
    name = f"{key}-{who or 'nora'}"
    contact = life.person(who or "Nora Behrens")
    values = {"display_name": who or "Nora Behrens", "contact_id": contact, "is_self": not who}
    life.add("chat_members", name, conversation_id=room, handle=PHONES[who], **values)


def _talk(life: Life, key: str, room: str, start: str, lines: tuple[tuple[str, str], ...]) -> None:
    before = None
    for number, (who, body) in enumerate(lines):
        before = life.add(
            "chat_messages", f"{key}-{number}", conversation_id=life.id(f"chat_conversation:{room}"), body=body,
            sender_member_id=life.id(f"chat_member:{room}-{who or 'nora'}"), remote_id=f"{key}-{number}",
            sent_at=later(start, minutes=2 * number), reply_to_id=before if number % 2 else None,
        )  # fmt: skip
    if who and between(f"{key}-sign", 0, 2) == 0:
        nora, after = life.id(f"chat_member:{room}-nora"), later(start, minutes=2 * len(lines))
        sign = pick(f"{key}-which", SIGNS)
        life.add("message_reactions", key, message_id=before, member_id=nora, key=sign, reacted_at=after)
