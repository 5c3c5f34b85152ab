"""Tasks and projects: what each journey asked for before it could begin, and the large plans of the years."""

from graph.demo.domains.places import TRIPS
from graph.demo.life import Life, at, on

PROJECTS = (
    ("thesis", "Rooms that hum", "completed", "2015-10-01", "2016-06-24", "Four refrigerators, one church."),
    (
        "market",
        "Six metres of market",
        "completed",
        "2019-09-02",
        "2023-04-21",
        "The first piece for [[Onda Llevant]]; played in Lisbon.",
    ),
    (
        "wrist",
        "Left hand, again",
        "completed",
        "2022-10-08",
        "2023-06-30",
        "From a pear to a scale. [[Cello practice]]",
    ),
    ("valencia", "To Valencia", "completed", "2018-05-28", "2018-09-03", "A cello, two suitcases, no plan."),
)
PACKED = ("Recorder, spare batteries", "Present for whoever cooks", "Strings, one of each", "Rosin, not in the sun")


def tell(life: Life) -> None:
    """Projects; then for each journey the tickets, the packing with its list, and that one waits for the other."""
    for key, name, status, start, end, text in PROJECTS:
        dates = {"start_date": start, "due_date": end, "completed_at": at(f"{end} 20:00")}
        life.add("projects", key, name=name, status=status, area="life", description=text, **dates)
    home = life.known("task_list", "Nora")
    for trip in TRIPS:
        done = {"task_list_id": home, "status": "COMPLETED", "percent_complete": 100, "categories": ["travel"]}
        text = f"With [[{trip.friend}]]; booking {trip.code}."
        book = life.add(
            "tasks", f"{trip.key}-book", summary=f"Book: {trip.name}", description=text, completed=trip.booked, **done
        )
        eve = on(trip.start, -1)
        pack = life.add(
            "tasks",
            f"{trip.key}-pack",
            summary=f"Pack: {trip.name}",
            due_date=eve,
            completed=at(f"{eve} 23:40"),
            **done,
        )
        life.add("task_dependencies", trip.key, task_id=pack, depends_on_id=book, reltype="FINISHTOSTART")
        for number, thing in enumerate(PACKED):
            life.add(
                "checklist_items", f"{trip.key}-{number}", task_id=pack, text=thing, checked=True, sort_order=number
            )
