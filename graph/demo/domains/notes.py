"""Notes and web: what she marked in what she read, and older notes that others point to."""

from graph.demo.life import Life, at

NOTES = (
    ("packing-light", "How to move with a cello", "One seat for it, one for you. Be friendly to whoever says *double bass*. First done in September 2018, to [[Julia Marín]]; last with [[Train connections]]."),
    ("listening", "Balcony, spring 2020", "Eight o'clock, seven minutes, sixty evenings. I kept the trumpet and the one evening on which nobody came out. For [[A map of sounds]]."),
    ("wedding-21", "What was said in Getxo", "Amaia: *llueve, pero aquí eso trae suerte.* Oma by telephone: *Lauter!* [[Mikel Etxeberria|Mikel]]: nothing, he cried."),
    ("last-flight", "Why I do not fly", "Not for virtue. In January 2024 I went home by rail because of ice and heard the land change its voice four times. Prices and seats are in [[Train connections]]."),
)  # fmt: skip
MARKS = (
    (
        "wave",
        "book",
        "book:lighthouse",
        "commenting",
        "for nothing was simply one thing",
        "For every episode. [[Oral history method]]",
    ),
    ("dont", "book", "book:boats", "highlighting", "Don't.", "Chapter one, complete. [[Alondra logbook]]"),
    (
        "seconds",
        "bibliography_item",
        "bibliography_item:hansen2019",
        "highlighting",
        "the seventh second belongs to the other",
        "[[Interview guide]]",
    ),
    ("ferritin", "document", "document:blood-2026", "questioning", "ferritin 18 ng/mL (low)", "Ask [[Elena Popescu]]"),
    ("clause", "document", "document:lease", "highlighting", "prórroga anual hasta siete años", "For [[David Lang]]"),
)


def tell(life: Life) -> None:
    """Notes of the years, and marks in books, papers and documents."""
    for key, title, text in NOTES:
        life.add("notes", key, title=title, content=text, content_format="markdown", language="en")
    for key, type_, subject, motivation, exact, body in MARKS:
        target = life.subject(type_, life.id(subject))
        life.add("annotations", key, motivation=motivation, exact=exact, body=body, color="yellow", **target)
    for number, (title, url) in enumerate(
        (
            ("Rooms That Hum: a ventilator", "https://rooms.example/0"),
            ("Hafenblatt: Pfeife", "https://hafenblatt.example/0"),
        )
    ):
        more = {"folder_id": life.id("bookmark_folder:sound"), "read_at": at("2024-06-30 23:00")}
        life.add("bookmarks", f"article-{number}", url=url, title=title, **more)
