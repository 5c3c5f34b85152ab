"""Graph and intelligence: topics with their other names, tags across domains, and what the machine noticed."""

from graph.demo.life import TODAY, Life

TOPICS = (
    ("railways", "topic", "Travelling by rail", "What came after the last flight.", ("Zugreisen", "viajar en tren")),
    ("silence", "topic", "Silence", "Seven seconds of it, or a pass in the Pyrenees.", ("Stille", "silencio")),
    ("alfama", "place", "Alfama", "Where the knife grinder goes down a semitone.", ()),
    ("wind-fund", "product", "Onshore Cooperative Fund", "Fifty shares a year.", ("WIND",)),
)
TAGGED = (
    ("sea", "sea", ("trip:azores21", "audio_recording:shearwaters", "photo:azores21-0", "social_post:launch", "inventory_item:bucket")),
    ("last-flight", "last flight", ("trip:kiel24", "trip:rail24", "reservation:kiel24-0", "email:refund-0", "transaction:refund", "note:last-flight", "diary_entry:kiel24")),
    ("grandmother", "grandmother", ("event:oma90", "audio_recording:oma90", "inventory_item:tapes", "email:tape7-1", "photo:kiel24-1")),
)  # fmt: skip
INSIGHTS = (
    ("b-flat", "connection_discovered", "The whistle and the horn are the same note", "Box 114 in Valencia and the wax cylinder in Aarhus: both B flat, fifty years apart.", 0.91, ("audio_recording:whistle", "social_post:wax")),
    ("left", "pattern", "One metre to the left", "Pau appears in 2017 on a ferry, two years before he became a colleague.", 0.84, ("trip:lisbon17", "audio_recording:ferry", "employment:onda")),
    ("sleep", "pattern", "Short nights before episodes", "The nights before both publications were the shortest of their months.", 0.55, ("sleep_session:night-57",)),
    ("week", "weekly_summary", "Home again", "Report to the fund, tape 7, a boat to insure, a seam of the cello closed.", 0.4, ("email:report2-0", "maintenance_record:seam")),
)  # fmt: skip


def tell(life: Life) -> None:
    """Topics, tags that cross domains, insights with their evidence."""
    for key, kind, label, text, names in TOPICS:
        entity = life.add("graph_entities", key, entity_type=kind, pref_label=label, description=text)
        for name in names:
            life.add("entity_aliases", f"{key}-{name}", entity_id=entity, alt_label=name, kind="translation")
    for key, name, subjects in TAGGED:
        tag = life.add("tags", key, name=name)
        for subject in subjects:
            target = life.subject(subject.split(":")[0], life.id(subject))
            life.add("record_tags", f"{key}-{subject}", tag_id=tag, **target)
    for key, kind, title, body, score, evidence in INSIGHTS:
        for one in evidence:
            life.tie(life.id(f"insight:{key}"), "ABOUT", life.id(one))
        proof = [{"record_type": one.split(":")[0], "record_id": life.id(one)} for one in evidence]
        life.add(
            "insights",
            key,
            kind=kind,
            title=title,
            body=body,
            score=score,
            evidence=proof,
            expires_at=f"{TODAY.year + 1}-01-01T00:00:00Z",
        )
    life.add("saved_searches", "last-flight", name="The last flight", query="flight cancelled ice refund")
