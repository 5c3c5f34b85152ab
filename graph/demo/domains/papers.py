"""Work, learning and papers: where she was employed, what she learned, what she signed, and what proves who she is."""

from graph.demo.life import Life

JOBS = (
    ("nordwelle", "organization:nordwelle", "Sound assistant", "full_time", "2016-07-01", "2018-08-15", "2150", "Nights, traffic, one flooded studio. The clock is here now."),
    ("onda", "Onda Llevant", "Producer and sound", "full_time", "2019-03-01", None, "2145", "With [[Carmen Ferrer]], [[Pau Soler]] and [[Inés Navarro]]. *Six metres of market*, then [[Harbour notebook|the harbour]]."),
)  # fmt: skip
SKILLS = (
    ("recording", "Field recording", "expert", ("harbours", "lifts", "shearwaters")),
    ("interview", "Interviewing", "advanced", ("silence", "seven seconds", "cake")),
    ("cello", "Violoncello", "intermediate", ("Bach, slowly", "outdoors, with pegs")),
    ("spanish", "Spanish", "fluent", ("arguments", "rice")),
    ("valencian", "Valencian", "basic", ("twelve words", "now more")),
    ("boats", "Boat repair", "beginner", ("sanding", "sighing")),
)
COURSES = (
    ("master", "Master of Arts, sound", "organization:haw", "2014-10-01", "2016-06-24", "completed", "1.3", "120", "Thesis: *Rooms that hum*."),
    ("valencian", "Valencià B1", "organization:school", "2020-10-05", "2021-05-28", "completed", "8.5", None, "Online. Everybody's kitchen."),
    ("oral", "Oral history method", "Kiel University", "2025-11-12", "2025-12-17", "completed", None, "3", "Seminar of [[Wiebke Hansen]]. Notes: [[Oral history method]]"),
    ("sailing", "Day skipper, theory", "organization:school", "2026-09-14", "2026-12-14", "planned", None, None, "Before [[Samir Haddad]] finds out how little I know."),
)  # fmt: skip
CONTRACTS = (
    ("lease", "The flat, Carrer de la Reina", "rent", "organization:landlord", "2021-06-28", "2021-07-01", "780", "month", "lease", "Half of it is Iker's. [[The flat]]"),
    ("onda", "Employment, Onda Llevant", "employment", "Onda Llevant", "2019-02-20", "2019-03-01", None, None, "contract-onda", "Mondays are sacred."),
    ("grant", "Grant agreement", "grant", "Sound Heritage Fund", "2025-11-10", "2025-11-10", "18400", "once", "grant-agreement", "[[Grant from the Sound Heritage Fund]]"),
    ("berth", "Winter place for Alondra", "storage", "Varadero Roig S.L.", "2025-11-08", "2025-11-08", "210", "year", None, "Sighing included."),
)  # fmt: skip
SUBSCRIPTIONS = (
    ("marea", "Marea Music", "organization:onda-music", "10.99", "2024-06-14", "recurring_transaction:marea"),
    ("hilo", "Telephone and router", "organization:hilo", "29.90", "2024-06-11", "recurring_transaction:phone"),
    ("power", "Electricity", "organization:power", None, "2021-07-01", None),
)
IDS = (
    ("passport", "passport", "7K2P", "DE", "Stadt Kiel", "2019-08-14", "2029-08-13", None),
    ("nie", "residence_permit", "491X", "ES", "Policía Nacional", "2018-10-30", None, None),
    ("licence", "driving_licence", "0L3Q", "DE", "Landeshauptstadt Kiel", "2010-04-02", "2033-01-19", None),
    ("iker", "id_card", "112T", "ES", "Policía Nacional", "2022-03-14", "2032-03-14", "Iker Etxeberria"),
)


def tell(life: Life) -> None:
    """Work, learning, then what is signed and what expires."""
    _work(life)
    _learning(life)
    _signed(life)
    for key, kind, last, country, office, issued, expires, owner in IDS:
        more = {"issuing_country": country, "issuing_authority": office, "contact_id": owner and life.person(owner)}
        life.add("identity_documents", key, kind=kind, number_last4=last, issued_on=issued, expires_on=expires, **more)


def _work(life: Life) -> None:
    for key, firm, position, kind, start, end, salary, text in JOBS:
        money = {"salary": salary, "currency": "EUR", "salary_period": "month"}
        dates = {"start_date": start, "end_date": end, "summary": text}
        life.add(
            "employments",
            key,
            organization_id=_firm(life, firm),
            position=position,
            employment_type=kind,
            **money,
            **dates,
        )


def _learning(life: Life) -> None:
    for key, name, level, keywords in SKILLS:
        life.add("skills", key, name=name, level=level, keywords=list(keywords))
    for key, name, firm, start, end, status, grade, credits_, text in COURSES:
        more = {"status": status, "grade": grade, "credits": credits_, "description": text}
        life.add(
            "courses",
            key,
            name=name,
            provider_organization_id=_firm(life, firm),
            start_date=start,
            end_date=end,
            **more,
        )


def _signed(life: Life) -> None:
    """Contracts and subscriptions, and the policy of the flat."""
    for key, title, kind, firm, signed, start, value, period, document, text in CONTRACTS:
        worth = {"value": value, "currency": "EUR" if value else None, "value_period": period}
        party = {"counterparty_type": "organization", "counterparty_id": _firm(life, firm), "description": text}
        paper = document and life.id(f"document:{document}")
        life.add(
            "contracts",
            key,
            title=title,
            kind=kind,
            signed_on=signed,
            start_date=start,
            document_id=paper,
            **party,
            **worth,
        )
    for key, name, firm, price, start, rule in SUBSCRIPTIONS:
        cost = {"price": price, "currency": "EUR" if price else None, "billing_rrule": "FREQ=MONTHLY"}
        recurring = rule and life.id(rule)
        life.add(
            "subscriptions",
            key,
            name=name,
            organization_id=_firm(life, firm),
            started_on=start,
            recurring_transaction_id=recurring,
            **cost,
        )
    policy = {"insurer_organization_id": life.id("organization:mutua"), "document_id": life.id("document:policy-home")}
    sums = {"coverage_amount": "44000", "premium": "214", "premium_period": "year", "currency": "EUR"}
    life.add(
        "insurance_policies",
        "home",
        name="Flat and cello",
        kind="household",
        policy_number="MG-20210705",
        starts_on="2021-07-05",
        **policy,
        **sums,
    )


def _firm(life: Life, firm: str) -> str:
    return life.id(firm) if ":" in firm else life.known("organization", firm)
