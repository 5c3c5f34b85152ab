"""Photos, audio and video: what the journeys looked like, and what the years sounded like."""

from graph.demo.domains.places import TRIPS, away
from graph.demo.episodes import Sight, Trip
from graph.demo.life import Life, at, between, chance, on, pick

EVERYDAY = (
    ("market", "2025-11-20", "Stall 61 before six", 39.4718, -0.3276),
    ("market", "2025-11-20", "Reme Blasco's hands", 39.4718, -0.3277),
    ("yard", "2025-11-08", "Alondra on her stands, ribs out", 39.4561, -0.3239),
    ("yard", "2025-11-08", "Samir sands, the sun helps", 39.4562, -0.3238),
    ("home", "2021-07-02", "Nine tomatoes", 39.4702, -0.3283),
    ("home", "2021-07-02", "Herr Behrens by the window", 39.4702, -0.3283),
    ("church", "2018-09-20", "The altos, one bar early", 39.4722, -0.3289),
    ("studio", "2019-03-01", "Pau and the box of cables", 39.4655, -0.3331),
    ("lonja", "2018-10-01", "The gull that lives at the auction", 39.4603, -0.3316),
    ("cafe", "2018-10-01", "The good table, eleven coffees", 39.4735, -0.3260),
)
"""Place, since when, what it shows, where: what she photographs at home, month by month."""

RECORDINGS = (
    ("fridge", "Refrigerator, four minutes", "other", "2016-05-20", 240, "", "The application tape. A hum, a shudder, a thought."),
    ("ferry", "Cacilhas ferry, engine room", "other", "2017-05-14", 1260, "", "One metre to the left: [[Pau Soler]]."),
    ("trumpet", "Eight o'clock with trumpet", "music", "2020-03-26", 430, "", "Clapping, seven minutes, and somebody's grandfather's trumpet."),
    ("shearwaters", "Shearwaters, night colony", "other", "2021-06-14", 5400, "", "Ducks doing Wagner, for [[Iker Etxeberria]]."),
    ("oma90", "Oma says the poem", "memo", "2024-01-17", 380, "event:oma90", "Fourteen verses, no paper. [[Oma Grete]]."),
    ("reme", "Interview Reme Blasco, raw", "interview", "2025-11-20", 6120, "Interview Reme Blasco", "Half past three in the morning, stall 61. [[Interview with Reme Blasco]]"),
    ("paco", "Interview Paco Giner, raw", "interview", "2026-01-28", 4920, "Interview Paco Giner", "The breath before the price. [[Interview with Paco Giner]]"),
    ("krause", "Interview Bernd Krause, raw", "interview", "2026-05-15", 7380, "Interview Bernd Krause", "At the gate in Gaarden, with wind. [[Interview with Bernd Krause]]"),
    ("whistle", "The whistle of box 114", "other", "2025-12-10", 9, "Box 114", "B flat. Silent since 1961."),
)  # fmt: skip
"""Key, title, kind, day, seconds, event (a key or a label), a word."""

FILMS = (
    ("engine", "Engine room, eleven seconds", "2017-05-14 17:22", 11, "It shakes because it shook.", 38.6880, -9.1475),
    ("launch", "She floats", "2026-04-25 12:04", 96, "Alondra touches the water. Samir does not look.", 39.4561, -0.3239),
    ("tomatoes", "Herr Behrens and the tomatoes", "2021-08-11 19:40", 34, "One cello, nine tomatoes.", 39.4702, -0.3283),
    ("oma90", "Oma conducts", "2024-01-17 16:25", 58, "The third verse, with a fork.", 54.3402, 10.1313),
)  # fmt: skip
"""Key, title, when, seconds, a word, where."""

SPOKEN = (
    ("fridge", "en", "(hum) (shudder) (hum)"),
    ("oma90", "de", "Und nun kommt der Vers, den alle vergessen. Ich nicht. – Kind, läuft das Ding?"),
    ("reme", "es", "No lo limpies. Ese ruido soy yo: la caja, el suelo mojado, y la que viene detrás que quiere pasar. Cuarenta kilos, y cantando, porque cantando pesan treinta."),
    ("paco", "es", "El precio no se dice, se respira. Coges aire y ya saben todos si hoy sube o baja."),
    ("krause", "de", "Een Niet, twee Slääg. Dat weer uns Muulspeel. Wenn dat still weer, hett een sick weh daan."),
)  # fmt: skip

CAMERA = {"camera_make": "Fuji", "camera_model": "X-T20", "width": 6000, "height": 4000}


def tell(life: Life) -> None:
    """An album for each journey, one of the boat and one of home; recordings with what was said."""
    for trip in TRIPS:
        _album(life, trip)
    for key, title in (("boat", "Alondra, board by board"), ("home", "El Cabanyal, every day")):
        life.add("albums", key, title=title, description="Added to, never tidied")
    for month in range(90):
        _everyday(life, month)
    for key, title, kind, day, seconds, event, text in RECORDINGS:
        event_id = None if not event else life.id(event) if ":" in event else life.known("event", event)
        values = {"file_id": _file(life, f"{key}.wav", "recordings", "audio/wav", day), "event_id": event_id}
        when = at(f"{day} 10:00")
        life.add(
            "audio_recordings",
            key,
            title=title,
            kind=kind,
            recorded_at=when,
            duration_s=str(seconds),
            description=text,
            **values,
        )
    for key, title, when, seconds, text, lat, lon in FILMS:
        _film(life, key, (title, text), when, seconds, (lat, lon))
    for key, language, text in SPOKEN:
        target = life.subject("audio_recording", life.id(f"audio_recording:{key}"))
        more = {"title": f"Transcript: {key}", "segments": [{"start": 0, "text": text}], "model": "by ear"}
        life.add("transcripts", key, language=language, text=text, **more, **target)


def _album(life: Life, trip: Trip) -> None:
    album = life.add(
        "albums",
        trip.key,
        title=f"{trip.name}, {trip.start[:4]}",
        description=f"{len(trip.sights)} of many",
        is_shared=True,
    )
    life.tie(album, "ABOUT", life.id(f"trip:{trip.key}"))
    for number, sight in enumerate(trip.sights):
        when = at(f"{on(trip.start, sight.day)} {sight.time}", trip.zone)
        photo = _photo(life, f"{trip.key}-{number}", sight, when, trip.name.lower().split(), number == 1)
        life.add("album_items", f"{trip.key}-{number}", album_id=album, photo_id=photo, sort_order=number)


def _everyday(life: Life, month: int) -> None:
    day = f"{2018 + (month + 10) // 12}-{(month + 10) % 12 + 1:02}-{between(f'photo-{month}', 1, 28):02}"
    if away(day):
        return
    known = [one for one in EVERYDAY if one[1] < day]
    place, _, title, lat, lon = pick(f"photo-{month}-p", tuple(known))
    sight = Sight(0, "", title, lat + (chance(day) - 0.5) / 5000, lon)
    photo = _photo(life, f"month-{month}", sight, at(f"{day} {between(day, 8, 20):02}:24"), [place], False)
    album = life.id("album:boat" if place == "yard" else "album:home")
    life.add("album_items", f"month-{month}", album_id=album, photo_id=photo, sort_order=month)


def _photo(life: Life, key: str, sight: Sight, when: str, keywords: list[str], best: bool) -> str:
    hours = 3600 * int(when[-6:-3])
    file = _file(life, f"{key}.jpg", "photos", "image/jpeg", when[:10])
    return life.add(
        "photos", key, file_id=file, title=sight.title, taken_at=when, tz_offset=f"{hours} seconds", lat=sight.lat,
        lon=sight.lon, keywords=keywords, creator="Nora Behrens", favorite=best, rating=5 if best else 3,
        iso=between(key, 2, 16) * 100, f_number="5.6", focal_length="23", **CAMERA,
    )  # fmt: skip


def _film(life: Life, key: str, words: tuple[str, str], when: str, seconds: int, where: tuple[float, float]) -> None:
    file = _file(life, f"{key}.mov", "photos", "video/quicktime", when[:10])
    shape = {"width": 3840, "height": 2160, "codec": "hevc", "camera_make": "Fuji", "camera_model": "X-T20"}
    life.add(
        "videos", key, file_id=file, title=words[0], caption=words[1], taken_at=at(when), duration_s=str(seconds),
        lat=where[0], lon=where[1], **shape,
    )  # fmt: skip


def _file(life: Life, name: str, folder: str, media_type: str, day: str) -> str:
    values = {"folder_id": life.id(f"folder:{folder}"), "path": f"{folder}/{name}", "media_type": media_type}
    return life.add("files", name, name=name, modified_at=at(f"{day} 12:00"), **values)
