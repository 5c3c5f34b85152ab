"""Money that is planned: budgets, what recurs, what the account is known to hold, and prices."""

from decimal import Decimal

from graph.demo.life import Life, chance, on

BUDGETS = (("life", "Everyday life", "month", (("Expenses:Groceries", "260"), ("Expenses:Power", "60"), ("Expenses:Eating-out", "120"))), ("sea", "Alondra and the north", "year", (("Expenses:Boat", "900"), ("Expenses:Travel:Trains", "800"))))  # fmt: skip

RECURRING = (
    ("rent", "Rent, my half", "Fincas Cabanyal", "390.00", "FREQ=MONTHLY;BYMONTHDAY=2", "2021-07-02", "rent-2026-05"),
    ("phone", "Telephone", "Hilo Mobile", "29.90", "FREQ=MONTHLY;BYMONTHDAY=11", "2024-06-11", "phone-2026-05"),
    ("marea", "Marea Music", "Marea Music", "10.99", "FREQ=MONTHLY;BYMONTHDAY=14", "2024-06-14", "marea-2026-05"),
)


def tell(life: Life) -> None:
    """Budgets with their lines, what recurs, balances at the end of years and the price of wind."""
    for key, name, period, lines in BUDGETS:
        budget = life.add("budgets", key, name=name, period=period, start_date="2026-01-01", currency="EUR")
        for account, amount in lines:
            target = life.id(f"financial_account:{account}")
            life.add("budget_lines", f"{key}-{account}", budget_id=budget, financial_account_id=target, amount=amount)
    for key, name, payee, amount, rule, start, last in RECURRING:
        values = {"rrule": rule, "start_date": start, "last_transaction_id": life.id(f"transaction:{last}")}
        money = {"amount": amount, "currency": "EUR", "payee_id": life.id(f"payee:{payee}")}
        life.add("recurring_transactions", key, name=name, next_date="2026-06-14", **values, **money)
    for year in range(2021, 2026):
        shares = Decimal(50) * (year - 2019)
        ends = {
            "financial_account_id": life.id("financial_account:Assets:Fund"),
            "commodity_id": life.id("commodity:WIND"),
        }
        life.add("balance_assertions", f"fund-{year}", as_of=f"{year}-12-31", amount=str(shares), **ends)
    pair = {"commodity_id": life.id("commodity:WIND"), "quote_commodity_id": life.id("commodity:EUR")}
    for week in range(320):
        day = on("2020-01-17", 7 * week)
        price = 10 + week / 84 + chance(day) * 0.4
        life.add("commodity_prices", f"wind-{week}", price_date=day, price=f"{price:.4f}", source="fund letter", **pair)
