"""Diary, goals and habits: what the days were like, the far ones in a few lines."""

from graph.demo.domains.places import TRIPS
from graph.demo.life import Life, at, between, later, on, pick

DAYS = (
    ("2016-06-24", "Rooms that hum", 5, "hamburg", "Graduated. Mama cried in the row where one should not, [[Uwe Behrens|Papa]] asked the dean about the ventilation. It hums in G."),
    ("2016-07-01", "First wage, first night", 4, "nordwelle", "Played the traffic news at 03:30 to eleven listeners and a fox. I have a key to a studio."),
    ("2017-01-06", "Snow on the roof microphones", 3, "ottensen", "A whole minute of it falling. Nobody will ever believe me that it is not silence."),
    ("2018-05-28", "I have said it", 4, "nordwelle", "I am leaving in August. [[Julia Marín|Julia]] has a room and two pans."),
    ("2018-09-20", "Second row", 4, "church", "Choir. I understood one word in four and every breath. The town sings the way others argue."),
    ("2019-03-01", "A chair of my own", 5, "studio", "First day at [[Onda Llevant]]. [[Carmen Ferrer|Carmen]] counts money aloud. [[Pau Soler|Pau]] moved my microphone a metre to the left."),
    ("2019-04-12", "Two pages at once", 5, "church", "A chemist turned pages for the pianist, and turned two. In the silence he looked at me as if I had done it. [[Iker Etxeberria]]."),
    ("2020-03-26", "The trumpet", 3, "progres", "Eight o'clock. Clapping, and then the third floor opposite: a trumpet, badly, wonderfully. I had the recorder out already."),
    ("2020-11-17", "Coffee, from very far away", 3, "progres", "Fifth day of fever. I could smell the idea of coffee. [[Elena Popescu|Elena]] says that I am cured and insufferable."),
    ("2021-07-01", "Keys", 5, "home", "Third floor, no lift, ours. Iker carried the books, I carried the argument about the books. [[The flat]]"),
    ("2022-10-08", "Tram rail, rain, bicycle", 1, "hospital", "It made the sound of a carrot. [[Elena Popescu|Elena]] had the shift and held the other hand."),
    ("2022-11-19", "A pear", 3, "hospital", "Plaster off. I held a pear. [[Rosa Calatrava]] writes that a pear is already a bow."),
    ("2023-01-17", "The open string", 4, "studio", "One hour of one note. I have not been so tired or so clean for years. Practice notes: [[Cello practice]]"),
    ("2024-02-02", "127.80", 4, "home", "The refund is there. I bought two train tickets with it and a third for the cello."),
    ("2025-10-11", "A boat, less than a good bicycle", 5, "yard", "[[Samir Haddad|Samir]] shook hands before I had finished saying that we should think about it. [[Alondra logbook]]"),
)  # fmt: skip
"""Day, title, mood, place, text."""

REMARKS = (
    "slept badly, bells",
    "long day, good cut",
    "the street won",
    "choir, hoarse, content",
    "rain at last",
    "nothing to report, gladly",
    "missed the north",
    "laughed on the stairs",
    "too much coffee",
    "home before dark",
)


def tell(life: Life) -> None:
    """Days that stand out, a page for each journey, moods, and the habits that lasted."""
    _pages(life)
    _weeks(life)
    life.add(
        "goals",
        "no-flight",
        title="Not to fly",
        description="Since [[Lotte Behrens|Lotte]]'s mail about the ice. Trains: [[Train connections]]",
        status="active",
    )


def _pages(life: Life) -> None:
    for day, title, mood, place, text in DAYS:
        where = life.id(f"place:{place}")
        life.add(
            "diary_entries", day, entry_date=day, title=title, mood=mood, place_id=where, content=text, language="en"
        )
    for trip in TRIPS:
        where = life.id(f"place:{trip.place}")
        page = life.add(
            "diary_entries",
            trip.key,
            entry_date=trip.end,
            title=f"Back: {trip.name} {trip.start[:4]}",
            mood=4,
            place_id=where,
            content=trip.told,
            language="en",
        )
        life.tie(page, "ABOUT", life.id(f"trip:{trip.key}"))


def _weeks(life: Life) -> None:
    """Moods, swims, and the hours of an edition."""
    for week in range(130):
        name = f"mood-{week}"
        when = at(f"{on('2023-11-26', 7 * week)} 22:15")
        scale = {"valence": between(name, -4, 9) / 10, "arousal": between(name + "a", -6, 8) / 10}
        life.add("mood_entries", name, effective_at=when, note=pick(name + "n", REMARKS), **scale)
    for week in range(36):
        swim = {"habit_id": life.id("habit:swim"), "quantity": str(between(f"swim-{week}", 8, 16) * 50)}
        life.add("habit_checkins", f"swim-week-{week}", checkin_date=on("2025-09-07", 7 * week), **swim)
    for week in range(40):
        name = f"edit-{week}"
        start = at(f"{on('2025-08-04', 7 * week + between(name, 0, 4))} 10:00")
        text = pick(
            name, ("Listening through", "Cutting", "Letters and permissions", "Archive", "Mixing with [[Pau Soler]]")
        )
        spent = {
            "project_id": life.id("project:voices"),
            "billable": True,
            "ended_at": later(start, minutes=between(name, 60, 240)),
        }
        life.add("time_entries", name, started_at=start, description=text, **spent)
