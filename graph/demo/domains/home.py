"""Home and things: the flat's rooms, what measures them, what stands in them, and what had to be mended."""

from graph.demo.life import Life, at, between, chance, later

AREAS = (("kitchen", "Kitchen"), ("room", "The room with the cello"), ("balcony", "Balcony"), ("hall", "Hall"))
DEVICES = (
    ("climate", "Hygrometer for Herr Behrens", "Senso", "H2", "room"),
    ("plant", "Tomato sensor", "Senso", "Soil", "balcony"),
    ("boiler", "Boiler", "Caldera", "B24", "kitchen"),
    ("meter", "Noise meter, street side", "Onda Llevant", "prototype", "balcony"),
)
SENSORS = (
    ("humidity", "climate", "sensor.cello_humidity", "Humidity at the cello", "humidity", "%", 47, 12),
    ("temperature", "climate", "sensor.cello_temperature", "Temperature at the cello", "temperature", "°C", 20, 6),
    ("soil", "plant", "sensor.tomato_moisture", "Tomatoes, thirst", "moisture", "%", 35, 40),
    ("noise", "meter", "sensor.street_noise", "Carrer de la Reina", "sound_pressure", "dB", 58, 18),
)
STORES = (
    ("cupboard", "Cupboard in the hall", "hall", None),
    ("box-cables", "Box of cables", None, "cupboard"),
    ("shelf", "Shelf of cassettes", "room", None),
    ("shed", "Locker 12 at the yard", None, None),
)
THINGS = (
    ("cello", "Violoncello, Mittenwald about 1890", "instrument", "in_use", "2008-09-01", "9000", "14000", None, "Called Herr Behrens. Travels in its own seat."),
    ("recorder", "Field recorder", "audio", "in_use", "2016-07-29", "389", "120", "box-cables", "The first wage. See [[Field kit]]."),
    ("microphones", "Pair of small membranes", "audio", "lent", "2020-02-10", "640", "500", "box-cables", "[[Pau Soler]] has them."),
    ("tape-deck", "Cassette deck with two heads", "audio", "in_use", "2026-01-18", "85", "85", "shelf", "For [[Oma's tapes]]. Belt new."),
    ("tapes", "Cassettes of Oma Grete", "media", "stored", "2026-01-17", None, None, "shelf", "Fourteen, six heard."),
    ("bicycle", "Bicycle, after the tram rail", "vehicle", "broken", "2018-10-02", "150", "20", None, "The front wheel is a sculpture."),
    ("screws", "Bronze screws", "boat", "stored", "2026-01-17", "73.20", "40", "shed", "Sixty-one were wrong. [[Alondra logbook]]"),
    ("bucket", "The bucket", "boat", "in_use", "2025-10-11", None, None, "shed", "Safety equipment, all of it."),
)  # fmt: skip
MOVES = (
    ("screws-in", "screws", "2026-01-17", "purchase", "61", None, "shed", None, "At [[Samir Haddad]]'s expense, half"),
    ("screws-use", "screws", "2026-03-29", "use", "-44", None, None, None, "Into the transom"),
    ("screws-more", "screws", "2026-04-11", "use", "-9", None, None, None, "Where Jonas pointed"),
    ("mics-out", "microphones", "2026-05-30", "loan", "-2", "box-cables", None, "Pau Soler", "For the church. He says Monday."),
    ("tapes-in", "tapes", "2026-01-17", "gift", "14", None, "shelf", "Oma Grete", "Oma's birthday, hers, and she gives *me* something"),
    ("tapes-out", "tapes", "2026-05-26", "loan", "-2", "shelf", None, "Mads Kjær", "Seven and fourteen, to be baked"),
)  # fmt: skip
MENDED = (
    ("boiler-2024", "device", "device:boiler", "Boiler, yearly service", "2024-10-09", "2025-10-09", "78.00", "Llama Azul"),
    ("boiler-2025", "device", "device:boiler", "Boiler, yearly service", "2025-10-14", "2026-10-14", "82.00", "Llama Azul"),
    ("bow", "inventory_item", "inventory_item:cello", "New hair, post moved a millimetre", "2022-09-12", None, "96.00", "Taller Calatrava"),
    ("seam", "inventory_item", "inventory_item:cello", "Open seam closed after the long way north", "2026-06-01", None, "60.00", "Taller Calatrava"),
    ("belt", "inventory_item", "inventory_item:tape-deck", "Belt", "2026-01-19", None, "11.50", "Myself, swearing"),
)  # fmt: skip


def tell(life: Life) -> None:
    """Rooms, what measures, what is kept where, and ninety days of states."""
    flat = life.id("place:home")
    for key, name in AREAS:
        life.add("areas", key, name=name, floor="3", place_id=flat)
    for key, name, maker, model, area in DEVICES:
        life.add("devices", key, name=name, manufacturer=maker, model=model, area_id=life.id(f"area:{area}"))
    for number, (key, device, entity, name, kind, unit, low, span) in enumerate(SENSORS):
        sensor = life.add(
            "device_entities", key, device_id=life.id(f"device:{device}"), entity_id=entity, friendly_name=name,
            device_class=kind, state_class="measurement", unit_of_measurement=unit,
        )  # fmt: skip
        for hour in range(0, 24 * 60, 6):
            when = later(at("2026-04-03 00:00"), hours=hour, seconds=number)
            value = round(low + span * chance(f"{key}-{hour}"), 1)
            state = {"state": str(value), "numeric_state": value, "last_updated": when, "last_changed": when}
            life.add("entity_states", f"{key}-{hour}", device_entity_id=sensor, **state)
    for key, name, room, parent in STORES:
        above = {
            "area_id": room and life.id(f"area:{room}"),
            "parent_id": parent and life.id(f"storage_location:{parent}"),
        }
        where = life.id("place:yard") if key == "shed" else None
        life.add("storage_locations", key, name=name, qr_code=f"LL-{key}", place_id=where, **above)
    _things(life)


def _things(life: Life) -> None:
    for key, name, category, status, bought, price, value, store, text in THINGS:
        life.add(
            "inventory_items", key, name=name, category=category, status=status, purchase_date=bought, purchase_price=price,
            current_value=value, currency="EUR" if price else None, description=text,
            storage_location_id=store and life.id(f"storage_location:{store}"),
            serial_number=str(between(key, 10000, 99999)) if category in ("audio", "instrument") else None,
        )  # fmt: skip
    for key, thing, day, reason, delta, origin, goal, who, note in MOVES:
        ends = {"from_location_id": origin, "to_location_id": goal}
        stores = {column: life.id(f"storage_location:{name}") for column, name in ends.items() if name}
        more = {"contact_id": who and life.person(who), "note": note, **stores}
        item = life.id(f"inventory_item:{thing}")
        life.add(
            "stock_movements",
            key,
            inventory_item_id=item,
            occurred_at=at(f"{day} 18:00"),
            reason=reason,
            delta=delta,
            **more,
        )
    for key, type_, subject, title, day, due, cost, who in MENDED:
        workshop = life.known("organization", who) if who == "Taller Calatrava" else None
        money = {"cost": cost, "currency": "EUR", "provider": who, "organization_id": workshop}
        dates = {"performed_at": at(f"{day} 11:00"), "next_due_at": at(f"{due} 11:00") if due else None}
        life.add("maintenance_records", key, title=title, **dates, **money, **life.subject(type_, life.id(subject)))
