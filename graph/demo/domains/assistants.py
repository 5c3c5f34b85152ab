"""Assistants: what Nora asked a machine, and which records of hers it cited."""

from graph.demo.life import Life, at, later

SESSIONS = (
    ("trains", "Valencia to Kiel without flying", "2026-02-08 10:20", (
        ("user", "How do I get from Valencia to Kiel with a cello and without an aeroplane?", ()),
        ("assistant", "Three days with nights in Paris and Hamburg: Euromed, TGV, TGV and ICE, RE. In January 2024 you did it in thirty hours; you wrote that you were happy somewhere before Perpignan.", ("trip:kiel24", "trip:rail24", "reservation:rail24-0")),
        ("user", "And the cello?", ()),
        ("assistant", "Its own seat, as a passenger. Your policy covers it *also in trains*.", ("insurance_policy:home", "inventory_item:cello")))),
    ("receipts", "Which payments lack a receipt?", "2026-06-01 12:00", (
        ("user", "David says that two payments for the fund have no paper. Which?", ()),
        ("assistant", "Both are one: 96.00 DKK in Aarhus on 26 May. It is your only transaction in crowns.", ("transaction:crowns",)),
        ("user", "Then courage is subsistence.", ()),
        ("assistant", "David agreed, four minutes after you asked him.", ("email:report2-2",)))),
    ("flight", "When did I last fly?", "2025-11-02 21:30", (
        ("user", "When did I last fly?", ()),
        ("assistant", "On 16 January 2024, LL 441 from Valencia to Hamburg, seat 11A, 127.80 EUR. The flight back was cancelled for ice and refunded on 2 February.", ("reservation:kiel24-0", "reservation:kiel24-1", "transaction:refund", "diary_entry:kiel24")))),
    ("iron", "What do my blood values mean?", "2026-04-23 20:10", (
        ("user", "My ferritin is 18. Is that why I am asleep at nine?", ()),
        ("assistant", "It is below the range of your laboratory (20–200). Elena prescribed iron; your nights average less than seven hours, which is the other suspect.", ("health_observation:2276-4", "medication_statement:iron")))),
)  # fmt: skip
"""Key, title, when, and who said what citing which records of the demo."""


def tell(life: Life) -> None:
    """Two assistants; each conversation with its turns."""
    life.add(
        "agents",
        "clerk",
        name="The clerk",
        description="Reads, cites, writes nothing",
        provider_name="local",
        model="small-1",
        max_sensitivity=2,
        active=True,
        scopes=["graph:read"],
    )
    life.add(
        "agents",
        "scribe",
        name="The scribe",
        description="Titles for recordings",
        provider_name="local",
        model="small-1",
        active=False,
    )
    for key, title, start, turns in SESSIONS:
        values = {"started_at": at(start), "ended_at": later(at(start), minutes=9), "model": "small-1"}
        session = life.add("agent_sessions", key, agent_id=life.id("agent:clerk"), title=title, **values)
        before = None
        for number, (role, text, cited) in enumerate(turns):
            citations = [{"subject_type": one.split(":")[0], "subject_id": life.id(one)} for one in cited]
            before = life.add(
                "agent_messages", f"{key}-{number}", session_id=session, parent_id=before, position=number, role=role,
                content=text, sent_at=later(at(start), minutes=2 * number), citations=citations,
            )  # fmt: skip
