"""Fitness, sleep and food: runs by the sea, walks of the journeys, nights, weights, and what was eaten where."""

from math import cos, sin

from graph.demo.domains.places import POSITIONS, TRIPS, away, track
from graph.demo.life import Life, at, between, chance, later, on, pick

RECIPES = (
    ("arroz", "Arroz a banda for six", "Valencia", 6, "See the note [[Arroz a banda]]; the fish comes out before the rice goes in.", (("Bomba rice", 600, "g"), ("Fish stock", 1.8, "l"), ("Cuttlefish", 300, "g"), ("Saffron", 1, "pinch"))),
    ("labskaus", "Labskaus for two brave people", "Kiel", 2, "[[Labskaus]], with apologies to the eye.", (("Potatoes", 500, "g"), ("Corned beef", 250, "g"), ("Beetroot", 2, None), ("Herring", 2, None))),
    ("plum", "Plum cake, Schröder method", "Kiel", 12, "Butter, patience, plums upright like an audience. [[Frau Schröder's plum cake]]", (("Plums", 1.2, "kg"), ("Flour", 400, "g"), ("Butter", 180, "g"))),
    ("lentils", "Lentils that wait", "Home", 4, "Iker's. They get better with every rehearsal that runs over.", (("Lentils", 400, "g"), ("Carrot", 3, None), ("Bay leaf", 2, None), ("Vinegar", 1, "tbsp"))),
    ("hake", "Hake in green sauce", "Getxo", 4, "[[Merluza a la vasca]]. Shake the pan, do not stir. Silence.", (("Hake", 1, "kg"), ("Parsley", 1, "bunch"), ("Clams", 250, "g"))),
)  # fmt: skip


def tell(life: Life) -> None:
    """Food, then movement, then rest."""
    for key, name, cuisine, servings, text, parts in RECIPES:
        recipe = life.add(
            "recipes", key, name=name, cuisine=cuisine, servings=str(servings), instructions=text, rating=5
        )
        for number, (what, quantity, unit) in enumerate(parts):
            values = {"name": what, "quantity": str(quantity), "unit": unit, "sort_order": number}
            life.add("recipe_ingredients", f"{key}-{number}", recipe_id=recipe, **values)
    _meals(life)
    for week in range(100):
        _run(life, week)
    for trip in TRIPS:
        riding = {time[:10] for leg in trip.legs for time in (leg.departs, leg.arrives)}
        for day in (on(trip.start, number) for number in range(1, min(trip.days, 7) - 1)):
            if day not in riding:
                _walk(life, f"{trip.key}-walk-{day}", trip.place, at(f"{day} 10:00", trip.zone), trip.name)
    for night in range(150):
        _night(life, night)
    for number in range(60):
        first = f"{2021 + (number + 6) // 12}-{(number + 6) % 12 + 1:02}-01"
        weight = f"{61.5 + chance(first) * 2.4:.1f}"
        life.add(
            "body_measurements",
            f"weight-{number}",
            effective_at=at(f"{first} 07:10"),
            kind="body_weight",
            value=weight,
            unit="kg",
        )


def _meals(life: Life) -> None:
    for trip in TRIPS:
        if trip.table:
            when = at(f"{on(trip.start, min(1, trip.days - 1))} 20:30", trip.zone)
            place = life.id(f"place:{trip.place}")
            life.add("meals", trip.key, eaten_at=when, meal_type="dinner", description=trip.table, place_id=place)
    home = life.id("place:home")
    for week in range(80):
        key = pick(f"meal-{week}", ("arroz", "labskaus", "lentils", "lentils", "hake", "plum"))
        day = on("2024-11-24", 7 * week)
        if away(day):
            continue
        when = at(f"{day} 14:30")
        values = {"meal_type": "lunch", "recipe_id": life.id(f"recipe:{key}"), "place_id": home}
        energy = str(between(f"kcal-{week}", 450, 900))
        text = "Sunday, " + pick(
            f"guest-{week}", ("the two of us", "with Samir", "with the altos", "with Pau and his cables")
        )
        life.add("meals", f"week-{week}", eaten_at=when, description=text, kcal=energy, servings="2", **values)


def _run(life: Life, week: int) -> None:
    """Along the beach and back, on the day of the week on which it was bearable."""
    name = f"run-{week}"
    day = on("2024-06-10", 7 * week + between(name, 0, 5))
    if away(day):
        return
    minutes, reach = between(name + "m", 24, 52), 0.006 + 0.012 * chance(name)
    start = at(f"{day} 07:{between(name + 's', 10, 40)}")
    end = later(start, minutes=minutes)
    path = [(39.4700 + reach * sin(3.14159 * n / 29), -0.3236 + 0.0008 * cos(n * 0.4)) for n in range(30)]
    rounded = [(round(lat, 5), round(lon, 5)) for lat, lon in path]
    followed = track(life, name, "Along the Malvarrosa", "running", (start, end), rounded) if week % 3 == 0 else None
    values = {"gps_track_id": followed, "place_id": life.id("place:cabanyal"), "device": "nora-watch"}
    metres, beats = str(round(reach * 222000)), between(name + "b", 138, 161)
    life.add("workouts", name, activity_name="running", effective_start=start, effective_end=end, distance_m=metres,
             avg_heart_rate=beats, moving_time_s=minutes * 60, **values)  # fmt: skip
    for minute in range(0, minutes, 2):
        pulse = {"code": "heart rate", "value": beats + between(f"{name}-{minute}", -12, 12), "unit": "/min"}
        life.add(
            "health_samples", f"{name}-{minute}", sampled_at=later(start, minutes=minute), device="nora-watch", **pulse
        )


def _walk(life: Life, name: str, place: str, start: str, title: str) -> None:
    """Three hours around the place where a journey led."""
    lat, lon = POSITIONS[place]
    size = 0.01 + 0.02 * chance(name)
    loop = [(round(lat + size * sin(n * 0.21), 5), round(lon + 1.4 * size * (1 - cos(n * 0.21)), 5)) for n in range(31)]
    end = later(start, hours=3)
    followed = track(life, name, f"Walk, {title}", "walking", (start, end), loop)
    values = {"gps_track_id": followed, "place_id": life.id(f"place:{place}"), "steps": between(name, 9000, 16000)}
    life.add("workouts", name, activity_name="walking", effective_start=start, effective_end=end, name=title, **values)


def _night(life: Life, night: int) -> None:
    name = f"night-{night}"
    start = at(f"{on('2026-01-01', night)} 23:{between(name, 0, 55):02}")
    seconds = between(name + "s", 19800, 29400)
    asleep = int(seconds * (0.84 + 0.14 * chance(name)))
    phases = {
        "deep_sleep_s": asleep // 5,
        "rem_sleep_s": asleep // 4,
        "light_sleep_s": asleep - asleep // 5 - asleep // 4,
    }
    life.add("sleep_sessions", name, effective_start=start, effective_end=later(start, seconds=seconds), is_main=True,
             total_sleep_s=asleep, efficiency=round(asleep / seconds, 2), source_device="nora-watch", **phases)  # fmt: skip
    if night >= 120:
        _stages(life, name, start, seconds - asleep, phases)


def _stages(life: Life, name: str, start: str, awake: int, phases: dict[str, int]) -> None:
    """Four rounds of light, deep and REM, after the time that it took to fall asleep."""
    light, deep, rem = (phases[f"{stage}_sleep_s"] for stage in ("light", "deep", "rem"))
    session, when = life.id(f"sleep_session:{name}"), start
    rounds = (("light", light / 4), ("deep", deep / 4), ("rem", rem / 4)) * 4
    for number, (stage, seconds) in enumerate((("awake", awake), *rounds)):
        end = later(when, seconds=seconds)
        about = {"stage": stage, "effective_start": when, "effective_end": end}
        life.add("sleep_stages", f"{name}-{number}", sleep_session_id=session, **about)
        when = end
