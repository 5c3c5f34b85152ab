"""Finance: a ledger in double entry. Wages and rent by the month, journeys by the ticket, all of it balanced."""

from graph.demo.domains.mail import power
from graph.demo.domains.places import CARRIERS, TRIPS, away
from graph.demo.episodes import Trip
from graph.demo.life import Life, at, between, on, pick

ACCOUNTS = (
    ("Assets", "assets"), ("Assets:Bank", "assets"), ("Assets:Bank:Checking", "assets"), ("Assets:Bank:Savings", "assets"),
    ("Assets:Fund", "assets"), ("Assets:Cash", "assets"), ("Equity", "equity"), ("Equity:Opening", "equity"),
    ("Income", "income"), ("Income:Wages", "income"), ("Income:Freelance", "income"), ("Expenses", "expenses"),
    ("Expenses:Rent", "expenses"), ("Expenses:Groceries", "expenses"), ("Expenses:Travel", "expenses"),
    ("Expenses:Travel:Flights", "expenses"), ("Expenses:Travel:Trains", "expenses"), ("Expenses:Travel:Beds", "expenses"),
    ("Expenses:Eating-out", "expenses"), ("Expenses:Power", "expenses"), ("Expenses:Phone", "expenses"),
    ("Expenses:Music", "expenses"), ("Expenses:Insurance", "expenses"), ("Expenses:Boat", "expenses"), ("Expenses:Software", "expenses"),
)  # fmt: skip
CURRENCIES = (
    ("EUR", "Euro", "currency", 2),
    ("DKK", "Danish krone", "currency", 2),
    ("WIND", "Onshore Cooperative Fund", "fund", 4),
)

CHECKING = "Assets:Bank:Checking"
ONDA, NORDWELLE = "Onda Llevant", "Nordwelle Hamburg"

ONCE = (
    ("recorder", "2016-07-29", "", "The first recorder, Tonlager Hamburg", "Expenses:Music", "389.00"),
    ("strings22", "2022-09-12", "Cuerda y Arco", "Strings, and new hair for the bow", "Expenses:Music", "142.50"),
    ("boat", "2025-10-11", "Varadero Roig S.L.", "Half of [[Alondra logbook|Alondra]]", "Expenses:Boat", "120.00"),
    ("berth", "2025-11-08", "Varadero Roig S.L.", "Crane and winter on land", "Expenses:Boat", "210.00"),
    ("screws", "2026-01-17", "Efectos Navales Roca", "61 bronze screws", "Expenses:Boat", "73.20"),
    ("larch", "2026-03-20", "Efectos Navales Roca", "Larch for the transom, see [[Rot in the transom]]", "Expenses:Boat", "94.00"),
    ("green", "2026-04-17", "Efectos Navales Roca", "Two tins of green, [[Paint and varnish]]", "Expenses:Boat", "58.60"),
    ("strings26", "2026-04-28", "Cuerda y Arco", "A string for the wedding", "Expenses:Music", "46.90"),
    ("mutua", "2026-01-05", "Mutua del Golfo", "Flat and cello, one year", "Expenses:Insurance", "214.00"),
)  # fmt: skip


def tell(life: Life) -> None:
    """Accounts and payees; then months, journeys and single days."""
    for symbol, name, kind, precision in CURRENCIES:
        life.add("commodities", symbol, symbol=symbol, name=name, kind=kind, precision=precision)
    for name, kind in ACCOUNTS:
        parent = name.rpartition(":")[0]
        more = {"currency": "EUR", "opened_on": "2016-06-01", "last4": "4417" if name == CHECKING else None}
        bank = life.id("organization:bank") if "Bank" in name else None
        parent_id = life.id(f"financial_account:{parent}") if parent else None
        life.add(
            "financial_accounts", name, name=name, account_type=kind, parent_id=parent_id, organization_id=bank, **more
        )
    _payees(life)
    book(life, "opening", "2016-06-01", "", "What I had", ((CHECKING, "1840.00"), ("Equity:Opening", "-1840.00")))
    months = [f"{year}-{month:02}" for year in range(2016, 2027) for month in range(1, 13)]
    for month in months[6:125]:
        _month(life, month)
    for trip in TRIPS:
        _journey(life, trip)
    for key, day, payee, text, account, amount in ONCE:
        spend(life, key, day, payee, text, account, amount)
    for week in range(44):
        day = on("2025-08-01", 7 * week)
        if away(day):
            continue
        amount = f"{between(f'fish-{week}', 2400, 7900) / 100:.2f}"
        text = pick(
            f"fish-{week}",
            ("Fish and gossip", "Vegetables, one melon", "Rice, saffron, prawns", "Bread, cheese, the round thing"),
        )
        spend(life, f"week-{week}", day, "Mercado Rosell", text, "Expenses:Groceries", amount)
    _fund(life)


def _payees(life: Life) -> None:
    ours = {
        "Llevant Air": "llevant-air", "Raíl del Este": "ferrocarriles", NORDWELLE: "nordwelle", "Fincas Cabanyal": "landlord",
        "Mercado Rosell": "grocer", "Hilo Mobile": "hilo", "Marea Music": "onda-music", "Nube Archive": "nube",
        "Mutua del Golfo": "mutua", "Llum Cooperativa": "power", "Efectos Navales Roca": "chandler", "Cuerda y Arco": "strings",
    }  # fmt: skip
    for name, key in ours.items():
        life.add("payees", name, name=name, organization_id=life.id(f"organization:{key}"))
    for name in (ONDA, "Varadero Roig S.L.", "Sound Heritage Fund"):
        life.add("payees", name, name=name, organization_id=life.known("organization", name))
    life.add("payees", "WG", name="Birte, room in Ottensen")
    life.add("payees", "Julia", name="Julia, room in Carrer del Progrés", contact_id=life.person("Julia Marín"))
    for name in sorted({trip.hotel for trip in TRIPS} | {trip.table for trip in TRIPS if trip.table}):
        if name:
            life.add("payees", name, name=name)


def book(life: Life, key: str, day: str, payee: str, text: str, legs: tuple[tuple[str, str], ...]) -> str:
    """A transaction in euros whose legs balance. Returns its id."""
    transaction = life.add(
        "transactions", key, transaction_date=day, draft=False, flag="*", narration=text, payee_text=payee or None,
        payee_id=life.id(f"payee:{payee}") if payee else None,
    )  # fmt: skip
    for number, (account, units) in enumerate(legs):
        account_id, currency = life.id(f"financial_account:{account}"), life.id("commodity:EUR")
        values = {"transaction_id": transaction, "financial_account_id": account_id, "commodity_id": currency}
        life.add("postings", f"{key}-{number}", units=units, position=number, **values)
    return transaction


def spend(life: Life, key: str, day: str, payee: str, text: str, account: str, amount: str) -> str:
    """Money out of the checking account."""
    return book(life, key, day, payee, text, ((account, amount), (CHECKING, f"-{amount}")))


def _month(life: Life, month: str) -> None:
    _earned(life, month)
    _paid(life, month)


def _earned(life: Life, month: str) -> None:
    if wage := wage_of(month):
        payer = NORDWELLE if month < "2018-09" else ONDA
        book(
            life,
            f"wage-{month}",
            f"{month}-28",
            payer,
            f"Wage {month}",
            ((CHECKING, wage), ("Income:Wages", f"-{wage}")),
        )
    elif month < "2019-03":
        fee = f"{between(f'fee-{month}', 620, 1150)}.00"
        book(
            life,
            f"wage-{month}",
            f"{month}-28",
            "",
            "Sound for others",
            ((CHECKING, fee), ("Income:Freelance", f"-{fee}")),
        )


def _paid(life: Life, month: str) -> None:
    payee, rent = (
        ("WG", "410.00")
        if month < "2018-09"
        else ("Julia", "320.00")
        if month < "2021-07"
        else ("Fincas Cabanyal", "390.00")
    )
    spend(
        life,
        f"rent-{month}",
        f"{month}-02",
        payee,
        f"Rent {month}, my half" if month > "2021-06" else f"Room {month}",
        "Expenses:Rent",
        rent,
    )
    if "2021" <= month < "2026-06":
        spend(
            life,
            f"power-{month}",
            f"{month}-08",
            "Llum Cooperativa",
            f"Factura {month}",
            "Expenses:Power",
            f"{power(month):.2f}",
        )
    if month >= "2024-06":
        spend(life, f"phone-{month}", f"{month}-11", "Hilo Mobile", "Telephone and router", "Expenses:Phone", "29.90")
        spend(
            life,
            f"marea-{month}",
            f"{month}-14",
            "Marea Music",
            "Bach without advertisements",
            "Expenses:Music",
            "10.99",
        )


def wage_of(month: str) -> str:
    """What came in for a month, after taxes; nothing between two employments."""
    if month < "2018-09":
        return "2150.00"
    if month < "2019-03" or month > "2026-05":
        return ""
    return f"{1480 + 95 * (int(month[:4]) - 2019)}.00"


def _journey(life: Life, trip: Trip) -> None:
    firm = CARRIERS[trip.legs[0].carrier]
    rides: dict[str, float] = {}
    for leg in trip.legs:
        kind = "Expenses:Travel:Flights" if leg.kind == "flight" else "Expenses:Travel:Trains"
        rides[kind] = rides.get(kind, 0) + float(leg.price)
    total = sum(rides.values())
    legs = (*((kind, f"{cost:.2f}") for kind, cost in rides.items()), (CHECKING, f"-{total:.2f}"))
    paid = book(life, f"{trip.key}-ticket", trip.booked[:10], firm, f"{trip.name}, booking {trip.code}", legs)
    life.tie(paid, "ABOUT", life.id(f"trip:{trip.key}"))
    _receipt(life, f"{trip.key}-ticket", firm, trip.booked, f"{total:.2f}", f"{trip.key}-ticket", paid)
    if trip.key == "kiel24":
        text = "Refund of LL 442, cancelled for ice"
        book(life, "refund", "2024-02-02", firm, text, ((CHECKING, "127.80"), ("Expenses:Travel:Flights", "-127.80")))
    if trip.hotel:
        cost = f"{float(trip.nightly) * (trip.days - 1):.2f}"
        spend(
            life,
            f"{trip.key}-bed",
            trip.end,
            trip.hotel,
            f"{trip.days - 1} nights, {trip.name}",
            "Expenses:Travel:Beds",
            cost,
        )
    if trip.table:
        cost = f"{between(trip.key, 1800, 6400) / 100:.2f}"
        day = on(trip.start, min(1, trip.days - 1))
        eaten = spend(
            life, f"{trip.key}-table", day, trip.table, f"With [[{trip.friend}]]", "Expenses:Eating-out", cost
        )
        _receipt(life, f"{trip.key}-table", trip.table, at(f"{day} 21:40", trip.zone), cost, None, eaten)


def _receipt(life: Life, key: str, merchant: str, when: str, total: str, file: str | None, paid: str) -> None:
    values = {"merchant": merchant, "purchased_at": when, "total": total, "currency": "EUR", "transaction_id": paid}
    life.add("receipts", key, file_id=life.id(f"file:{file}") if file else None, **values)


def _fund(life: Life) -> None:
    """Shares of a wind park, bought each January at the price of the day; and a coffee in Danish crowns."""
    for year in range(2020, 2027):
        day, price = f"{year}-01-15", f"{10 + (year - 2020) * 0.62:.2f}"
        cost = f"{50 * float(price):.2f}"
        bought = life.add(
            "transactions",
            f"fund-{year}",
            transaction_date=day,
            draft=False,
            flag="*",
            narration="Fifty shares of wind",
        )
        shares = {"cost_per_unit": price, "cost_commodity_id": life.id("commodity:EUR"), "cost_date": day}
        _leg(life, f"fund-{year}-0", bought, "Assets:Fund", "50", "WIND", **shares)
        _leg(life, f"fund-{year}-1", bought, CHECKING, f"-{cost}", "EUR")
    text = "Two coffees, one for [[Mads Kjær]] and one for courage"
    coffee = life.add("transactions", "crowns", transaction_date="2026-05-26", draft=False, flag="*", narration=text)
    _leg(
        life,
        "crowns-0",
        coffee,
        "Expenses:Eating-out",
        "96.00",
        "DKK",
        total_price="12.87",
        price_commodity_id=life.id("commodity:EUR"),
    )
    _leg(life, "crowns-1", coffee, CHECKING, "-12.87", "EUR")


def _leg(life: Life, key: str, transaction: str, account: str, units: str, symbol: str, **more: object) -> None:
    ends = {
        "financial_account_id": life.id(f"financial_account:{account}"),
        "commodity_id": life.id(f"commodity:{symbol}"),
    }
    life.add("postings", key, transaction_id=transaction, units=units, **ends, **more)
