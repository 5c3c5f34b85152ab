"""Reading, watching and listening: shelves, feeds, films of bad winters, and what was on while she worked."""

from graph.demo.life import Life, at, between, chance, later, on, pick

FEEDS = (
    ("humming", "Rooms That Hum", "https://rooms.example/feed.xml", "rss", ("A ventilator in E flat", "Why lifts apologise", "The last telephone box sings", "How to record nothing")),
    ("harbours", "Hafenblatt", "https://hafenblatt.example/atom.xml", "atom", ("Werftpfeife gefunden", "Die Fähre nach Oslo wird leiser", "Nietenklopfer gesucht")),
    ("oral", "Told by Those Who Were There", "https://told.example/podcast.xml", "podcast", ("Fish, carried", "The weaver counts aloud", "A silence of seven seconds")),
)  # fmt: skip
BOOKS = (
    ("lighthouse", "To the Lighthouse", "Virginia Woolf", 1927, "en", "read", 5, "2017-02-03", "2017-03-01", "Read on night shifts. See [[Interview guide]]: nobody finishes a sentence here either."),
    ("schimmel", "The Rider on the White Horse", "Theodor Storm", 1888, "de", "read", 5, "2019-12-22", "2019-12-27", "On Oma's sofa. See the note [[Der Schimmelreiter]]."),
    ("barraca", "La barraca", "Vicente Blasco Ibáñez", 1898, "es", "read", 4, "2019-01-10", "2019-04-02", "My first whole book in Spanish. Everybody is right and it ends in fire."),
    ("moby", "Moby-Dick; or, The Whale", "Herman Melville", 1851, "en", "read", 5, "2025-11-01", "2026-01-06", "The book club forgave the chapter about ropes; [[Reme Blasco]] asked for it."),
    ("soundscape", "The Tuning of the World", "R. Murray Schafer", 1977, "en", "read", 4, "2016-02-01", "2016-03-20", "The thesis stands on its shoulders and complains about the view."),
    ("boats", "Wooden Boats for the Hopeful", "A. Planck", 2004, "en", "reading", 4, "2025-10-12", None, "Chapter one is called *Don't*."),
    ("platform", "Estación de Canfranc", "Teresa Ruano", 2021, "es", "read", 3, "2025-08-10", "2025-08-19", "Read on the way there."),
    ("worms", "Worms of the Baltic", "L. Behrens", 2025, "de", "want", None, None, None, "By my sister. I have promised."),
)  # fmt: skip
ITEMS = (
    ("portelli1991", "chapter", "What Makes Oral History Different", ("Portelli, A.",), "1991-01-01", "On why errors are the best part. For [[Oral history method]]."),
    ("behrens2016", "thesis", "Rooms that hum", ("Behrens, N.",), "2016-05-30", "Mine. Four refrigerators, one church."),
    ("hansen2019", "article-journal", "Seven seconds: silence in interviews", ("Hansen, W.",), "2019-09-01", "[[Wiebke Hansen]] counted. I count too since then."),
    ("vidal2022", "report", "Inventari de la caixa 114", ("Vidal, T.",), "2022-04-12", "[[Tomàs Vidal]]: payrolls, a whistle, thirty-two women."),
    ("kjaer2024", "article-journal", "Ship horns on wax, 1911–1938", ("Kjær, M.",), "2024-03-01", "See [[Aarhus sound archive]]."),
)  # fmt: skip
FILMS = (
    ("conversation", "The Conversation", "Francis Ford Coppola", "1974-04-07", "watched", 10, ("2017-11-18", "2020-04-04", "2025-01-11")),
    ("leviathan", "Leviathan", "Lucien Castaing-Taylor", "2012-08-09", "watched", 9, ("2019-11-02",)),
    ("berberian", "Berberian Sound Studio", "Peter Strickland", "2012-06-28", "watched", 8, ("2020-04-11",)),
    ("sacro", "Sacro GRA", "Gianfranco Rosi", "2013-09-19", "watched", 7, ("2022-10-15",)),
    ("whales", "Song of the Sea", "Tomm Moore", "2014-09-06", "watched", 9, ("2025-12-26",)),
    ("kes", "Kes", "Ken Loach", "1970-04-03", "want", None, ()),
)  # fmt: skip
TRACKS = (
    ("sarabande", "Suite no. 1 in G: Sarabande", "J. S. Bach, played at the pace of Rosa", "Suites", 172000),
    ("prelude", "Suite no. 1 in G: Prelude", "J. S. Bach", "Suites", 158000),
    ("veles", "Veles e vents", "Coro del Cabanyal", "Advent 2025", 214000),
    ("fado", "Barco negro", "Voices of Alfama", "Closed Doors", 241000),
    ("shanty", "Rolling Home", "Shantychor Laboe", "An Land", 199000),
    ("zortziko", "Zortziko for a Rainy Wedding", "Txistulari of Getxo", "June", 131000),
    ("fridge", "Refrigerator (four minutes)", "N. Behrens", "Rooms That Hum", 240000),
    ("riveters", "Riveters' Mouth Music", "Field recording, Kiel", "Voices", 88000),
)


def tell(life: Life) -> None:
    """Shelves and feeds; each film with the evenings, each track with the hours it was heard."""
    folder = life.add("feed_folders", "ears", title="For the ears")
    for number, (key, title, url, kind, articles) in enumerate(FEEDS):
        feed = life.add("feeds", key, feed_folder_id=folder, title=title, xml_url=url, type=kind, sort_order=number)
        for count in range(24):
            _article(life, feed, key, url, count, articles)
    for key, title, author, year, language, status, rating, start, end, text in BOOKS:
        dates = {"started_on": start, "finished_on": end, "published_year": year}
        more = {"authors": [author], "status": status, "rating": rating, "review": text, "language": language}
        life.add("books", key, title=title, **more, **dates)
    for key, kind, title, authors, issued, note in ITEMS:
        life.add(
            "bibliography_items",
            key,
            citation_key=key,
            csl_type=kind,
            title=title,
            authors=list(authors),
            issued=issued,
            note=note,
        )
    for key, title, director, released, status, rating, evenings in FILMS:
        film = life.add(
            "movies", key, title=title, directors=[director], release_date=released, status=status, rating=rating
        )
        for evening in evenings:
            seen = {"watched_at": at(f"{evening} 21:00"), "progress": 1.0, "device": "projector"}
            life.add("watch_history", f"{key}-{evening}", **seen, **life.subject("movie", film))
    for key, title, artist, album, length in TRACKS:
        life.add(
            "music_tracks",
            key,
            title=title,
            artist=artist,
            album=album,
            duration_ms=length,
            favorite=key == "sarabande",
        )
    for number in range(900):
        _listen(life, number)


def _article(life: Life, feed: str, key: str, url: str, count: int, titles: tuple[str, ...]) -> None:
    day = on("2024-06-20", 29 * count + between(f"{key}-{count}", 0, 12))
    title = pick(f"{key}-{count}-t", titles)
    page = f"{url.rpartition('/')[0]}/{count}"
    read = at(f"{day} 22:30") if chance(f"{key}-{count}-r") < 0.7 else None
    text = f"{title}. Number {count + 1} of a series that nobody asked for and that is read by the right people."
    values = {"guid": page, "url": page, "title": f"{title} ({count + 1})", "summary": text, "read_at": read}
    life.add(
        "feed_articles",
        f"{key}-{count}",
        feed_id=feed,
        published_at=at(f"{day} 06:00"),
        starred=count % 9 == 0,
        **values,
    )


def _listen(life: Life, number: int) -> None:
    """The sarabande more and more often, until the wedding."""
    name = f"listen-{number}"
    when = later(at(f"{on('2025-01-01', number * 17 // 30)} 09:00"), minutes=between(name, 0, 700), seconds=number)
    others = tuple(key for key, *_ in TRACKS if key != "sarabande")
    key = "sarabande" if chance(name + "b") < number / 2000 else pick(name + "t", others)
    played = {"duration_played_s": between(name + "d", 30, 130), "device": "kitchen"}
    life.add("listens", name, track_id=life.id(f"music_track:{key}"), listened_at=when, **played)
