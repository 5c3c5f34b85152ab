"""A transaction with its postings in the syntax of Beancount."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from graph.exporters.base import Row
from graph.exporters.beancount_words import is_mark, is_metadata, metadata, number, quoted
from graph.importers.money.books import payee_key
from graph.importers.own import ID

_LOT = "cost_per_unit", "cost_commodity_id", "cost_label"


@dataclass(slots=True)
class Names:
    """What accounts, commodities and payees are called in the file, by their ids, and the lots that are held.

    Lots are known by what their columns say, with their day and without one: since when, and the cost as written.
    """

    accounts: Mapping[UUID, str]
    commodities: Mapping[UUID, str]
    payees: Mapping[UUID, str] = field(default_factory=dict)
    lots: dict[tuple[object, ...], tuple[date, Decimal | None]] = field(default_factory=dict)


def transaction(row: Row, postings: Sequence[Row], names: Names) -> str:
    """The directive with a line for each posting and each piece of metadata."""
    payee = row["payee_text"] or names.payees.get(row["payee_id"]) or ""
    words = [quoted(payee)] if payee else []
    marks = [f"#{tag}" for tag in row["categories"] if is_mark(tag)]
    marks += [f"^{link}" for link in row["link_names"] if is_mark(link)]
    head = " ".join((str(row["transaction_date"]), row["flag"], *words, quoted(row["narration"]), *marks))
    said = row["custom_fields"].get(ID) or str(row["id"])  # the id that it came with is its name elsewhere
    lines = [f"{head}\n", *metadata(_own(row["custom_fields"]), "  "), *metadata({ID: said}, "  ")]
    for place, one in enumerate(postings):
        lines.append(f"  {_posting(one, row['transaction_date'], names)}\n")
        about = row["custom_fields"].get(f"posting {place}")
        lines += metadata(about if isinstance(about, Mapping) else {}, "    ")
    return "".join(lines)


def is_sale(postings: Sequence[Row]) -> bool:
    """Whether something leaves that has a cost: such come after what was bought on the same day."""
    return any(one["cost_commodity_id"] and one["units"] < 0 for one in postings)


def unsaid(row: Row, postings: Sequence[Row], payee: Row | None) -> Iterator[str]:
    """What the directive does not say."""
    yield from (f"its category {tag}" for tag in row["categories"] if not is_mark(tag))
    yield from (f"its link {link}" for link in row["link_names"] if not is_mark(link))
    if payee and row["payee_text"] and payee_key(payee["name"]) != payee_key(row["payee_text"]):
        yield f"that its payee is {payee['name']}"
    places = {f"posting {place}" for place in range(len(postings))}
    for name, value in row["custom_fields"].items():
        if name in places and isinstance(value, Mapping):
            yield from (f"its field {name}: {key}" for key, one in value.items() if not is_metadata(key, one))
        elif not is_metadata(name, value):
            yield f"its field {name}"
    for one in postings:
        if one["memo"] and _memo(one) != one["memo"]:
            yield f"the remark {one['memo']!r} as it is"


def _own(fields: Mapping[str, object]) -> Mapping[str, object]:
    return {name: value for name, value in fields.items() if not name.startswith("posting ") and name != ID}


def _posting(one: Row, day: date, names: Names) -> str:
    parts = [one["flag"]] if one["flag"] else []
    parts += [names.accounts[one["financial_account_id"]], _amount(one["units"], one["commodity_id"], names)]
    if one["cost_commodity_id"]:
        parts.append(_cost(one, day, names))
    if one["price_commodity_id"]:
        sign, price = ("@", one["price"]) if one["price"] is not None else ("@@", one["total_price"])
        parts += [sign, _amount(price, one["price_commodity_id"], names)]
    if memo := _memo(one):
        parts += [";", memo]
    return " ".join(parts)


def _memo(one: Row) -> str:
    return " ".join((one["memo"] or "").splitlines()).strip().lstrip("; ")


def _amount(amount: Decimal, commodity: UUID, names: Names) -> str:
    return f"{number(amount)} {names.commodities[commodity]}"


def _cost(one: Row, day: date, names: Names) -> str:
    """The cost with the day of its lot; what is sold has a cost for each unit, as its lot has one."""
    each, total = one["cost_per_unit"], one["total_cost"]
    if each is None and one["units"] < 0 and (share := _share(total, -one["units"])) is not None:
        each = share
    key = (one["financial_account_id"], one["commodity_id"], each, *(one[name] for name in _LOT[1:]))
    known = names.lots.get((*key, one["cost_date"])) if one["units"] < 0 else None
    since, each = known or (one["cost_date"] or day, each)
    if one["units"] > 0:
        held = each if each is not None else _share(total, one["units"])
        for wanted in (None, since):
            names.lots.setdefault((*key[:2], held, *key[3:], wanted), (since, held))
    label = [quoted(one["cost_label"])] if one["cost_label"] else []
    amount = _amount(each if each is not None else total, one["cost_commodity_id"], names)
    inner = ", ".join((amount, str(since), *label))
    return f"{{{inner}}}" if each is not None else f"{{{{{inner}}}}}"


def _share(total: Decimal, units: Decimal) -> Decimal | None:
    """What one unit costs, where that is a number that can be written."""
    each = total / units
    return each if each * units == total and round(each, 18) == each else None
