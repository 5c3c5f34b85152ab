"""Books transactions of a Beancount ledger: amounts that were left out, lots that are sold, what rounding leaves over.

Lots are taken in the order in which they were acquired (FIFO) among those that a posting's braces allow; Beancount
itself would ask where more than one is allowed (STRICT).
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal, localcontext

from graph.importers.base import To
from graph.importers.money.amounts import FINEST, within
from graph.importers.money.beancount_entries import Cost, Said, Written
from graph.importers.money.beancount_tokens import PRECISION
from graph.importers.money.books import Leg, commodity_key
from graph.importers.money.currencies import digits

HALF = Decimal("0.5")
_ALIKE = Decimal(10) ** (1 - FINEST)


@dataclass(slots=True)
class Lot:
    units: Decimal
    cost: Decimal
    currency: str
    day: date
    label: str | None


@dataclass(slots=True)
class Booked:
    """A posting with all its numbers. `cost` is per unit unless `cost_total`; likewise the price."""

    written: Written
    units: Decimal
    currency: str
    cost: Decimal | None = None
    cost_total: bool = False
    cost_currency: str | None = None
    day: date | None = None
    label: str | None = None
    price: Decimal | None = None
    price_currency: str | None = None

    @property
    def weight(self) -> tuple[str, Decimal]:
        """What it counts in the balance, as the database weighs it."""
        sign = Decimal(1 if self.units > 0 else -1 if self.units < 0 else 0)
        if self.cost is not None and self.cost_currency:
            return self.cost_currency, self.cost * (sign if self.cost_total else self.units)
        if self.price is not None and self.price_currency:
            return self.price_currency, self.price * (sign if self.written.priced == "@@" else self.units)
        return self.currency, self.units

    @property
    def converted(self) -> bool:
        return self.cost is not None or self.price is not None

    def leg(self) -> Leg:
        more: dict[str, object] = {"flag": self.written.flag, "memo": self.written.comment or None}
        if self.cost is not None and self.cost_currency:
            more["total_cost" if self.cost_total else "cost_per_unit"] = within(self.cost)
            more |= {"cost_commodity_id": To(commodity_key(self.cost_currency))}
            more |= {"cost_date": self.day, "cost_label": self.label}
        if self.price is not None and self.price_currency:
            more["total_price" if self.written.priced == "@@" else "price"] = within(self.price)
            more["price_commodity_id"] = To(commodity_key(self.price_currency))
        return Leg(self.written.account, within(self.units), self.currency, more)


@dataclass(slots=True)
class Inventory:
    """What is held while the ledger is booked day by day: lots by account and commodity, and plain sums."""

    rounding: str = "Equity:Rounding"
    lots: dict[tuple[str, str], list[Lot]] = field(default_factory=lambda: defaultdict(list))
    sums: dict[str, dict[str, Decimal]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(Decimal)))

    def book(self, said: Said) -> list[Leg]:
        """The legs of a transaction, which balance. Raises ValueError where they cannot."""
        with localcontext() as context:
            context.prec = PRECISION
            booked = list(self._balanced(said))
            legs = [posting.leg() for posting in booked]
            legs += self._rounded(booked)
        self._hold(booked)
        return legs

    def held(self, account: str, currency: str) -> Decimal:
        """How much of it there is in an account and all below."""
        return sum(
            (sums[currency] for name, sums in self.sums.items() if name == account or name.startswith(account + ":")),
            Decimal(0),
        )

    def move(self, account: str, currency: str, units: Decimal) -> None:
        self.sums[account][currency] += units

    def _hold(self, booked: Sequence[Booked]) -> None:
        for posting in booked:
            account, currency = posting.written.account, posting.currency
            self.move(account, currency, posting.units)
            if posting.cost is None or not posting.units:
                continue
            each = posting.cost / abs(posting.units) if posting.cost_total else posting.cost
            lots = self.lots[account, currency]
            if lots and (lots[0].units > 0) != (posting.units > 0):
                self._take(lots, posting, each)
            else:
                lots.append(
                    Lot(posting.units, each, posting.cost_currency or "", posting.day or date.min, posting.label)
                )

    def _take(self, lots: list[Lot], posting: Booked, each: Decimal) -> None:
        left = posting.units
        for lot in lots:
            same = (lot.day, lot.label, lot.currency) == (posting.day, posting.label, posting.cost_currency)
            if same and abs(lot.cost - each) < _ALIKE:
                taken = min(abs(left), abs(lot.units)).copy_sign(left)
                lot.units += taken
                left -= taken
        lots[:] = [lot for lot in lots if lot.units]

    # Lots

    def _balanced(self, said: Said) -> Iterator[Booked]:
        """All postings with numbers: the lots of what is sold first, then what was left out."""
        known: list[Booked] = []
        open_: list[Written] = []
        for written in said.postings:
            if written.units is None or (written.currency is None and len(_currencies(said)) != 1):
                open_.append(written)
            else:
                currency = written.currency or _currencies(said)[0]
                known += self._with_lots(written, written.units, currency, said.day)
        yield from _completed(said, known, open_)

    def _with_lots(self, written: Written, units: Decimal, currency: str, day: date) -> Iterator[Booked]:
        whole = Booked(written, units, currency, price=written.price, price_currency=written.price_currency)
        cost = written.cost
        lots = self.lots.get((written.account, currency), [])
        if cost is None:
            yield whole
        elif units and lots and (lots[0].units > 0) != (units > 0):
            yield from _sold(whole, cost, [lot for lot in lots if _allowed(lot, cost)])
        else:
            yield _acquired(whole, cost, day)

    def _rounded(self, booked: Sequence[Booked]) -> Iterator[Leg]:
        """A posting for what is left over, where the database would not leave it be."""
        for currency, left in _residuals(booked).items():
            mine = [posting for posting in booked if posting.weight[0] == currency]
            mixed = any(one.converted for one in mine) and any(not one.converted and one.units for one in mine)
            if left and not (mixed and abs(left) <= HALF * Decimal(10) ** -digits(currency)):
                if abs(left) > _tolerance(mine, currency):
                    raise ValueError(f"it does not balance: {left.normalize():f} {currency} is left over")
                yield Leg(self.rounding, within(-left), currency)


def _allowed(lot: Lot, cost: Cost) -> bool:
    return (
        cost.number in (None, lot.cost)
        and cost.currency in (None, lot.currency)
        and cost.day in (None, lot.day)
        and cost.label in (None, lot.label)
    )


def _sold(whole: Booked, cost: Cost, lots: list[Lot]) -> Iterator[Booked]:
    left = whole.units
    total_price = whole.written.priced == "@@" and whole.price
    for lot in lots:
        if not left:
            return
        taken = min(abs(left), abs(lot.units)).copy_sign(left)
        left -= taken
        part = replace(whole, units=taken, cost=lot.cost, cost_currency=lot.currency, day=lot.day, label=lot.label)
        yield replace(part, price=total_price * taken / whole.units) if total_price else part
    if left and cost.number is None:
        raise ValueError(f"{left.normalize():f} {whole.currency} more than there is of it at this cost")
    if left:
        yield _acquired(replace(whole, units=left), cost, cost.day or date.min)


def _acquired(whole: Booked, cost: Cost, day: date) -> Booked:
    """What was bought, at its cost; a cost that is not said follows from the others later."""
    about = replace(whole, cost_currency=cost.currency, day=cost.day or day, label=cost.label)
    if cost.total is not None:
        return replace(about, cost=cost.total + (cost.number or 0) * abs(whole.units), cost_total=True)
    return replace(about, cost=cost.number)


# What was left out


def _currencies(said: Said) -> list[str]:
    return list(dict.fromkeys(one.currency for one in said.postings if one.currency))


def _residuals(booked: Sequence[Booked]) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for posting in booked:
        currency, weight = posting.weight
        sums[currency] += weight
    return sums


def _completed(said: Said, known: list[Booked], open_: list[Written]) -> list[Booked]:
    """The postings in their order, with each left-out number from what the others leave over."""
    lacking = [one for one in known if _lacks(one)]
    sums = _residuals([one for one in known if not _lacks(one)])
    for one in lacking:
        known[known.index(one)] = _filled(one, sums, len(lacking))
    extra = [booked for written in open_ for booked in _elided(written, sums, known, open_)]
    place = {id(written): number for number, written in enumerate(said.postings)}
    return sorted(known + extra, key=lambda one: place[id(one.written)])


def _lacks(one: Booked) -> bool:
    cost = one.written.cost
    if cost is not None:
        return one.cost is None or one.cost_currency is None
    return bool(one.written.priced) and (one.price is None or one.price_currency is None)


def _filled(one: Booked, sums: dict[str, Decimal], count: int) -> Booked:
    """A cost or price that is not said: what balances the transaction, in the only currency that is open."""
    currency = one.cost_currency if one.written.cost is not None else one.price_currency
    open_ = [name for name, left in sums.items() if left and (currency or name) == name]
    if one.written.cost is not None and one.cost is not None and len(sums) == 1:
        return replace(one, cost_currency=next(iter(sums)))
    if count != 1 or len(open_) != 1 or not one.units:
        raise ValueError("a cost or price is left out and does not follow from the rest")
    worth = -sums.pop(open_[0])
    if (worth > 0) != (one.units > 0):
        raise ValueError("a cost or price that is left out would be below zero")
    if one.written.cost is not None:
        return replace(one, cost=abs(worth), cost_total=True, cost_currency=open_[0])
    one.written.priced = "@@"
    return replace(one, price=abs(worth), price_currency=open_[0])


def _elided(written: Written, sums: dict[str, Decimal], known: list[Booked], open_: list[Written]) -> Iterator[Booked]:
    """What an empty posting takes: all that is left over, or that of its currency."""
    wanted = [name for name in sums if written.currency in (None, name)]
    if written.units is not None or written.cost is not None or written.priced:
        raise ValueError("an amount is left out and does not follow from the rest")
    for name in wanted:
        left = _neat(sums.pop(name), name, known)
        if left or len(wanted) == 1:
            yield Booked(written, -left, name)
    if not wanted and len(open_) > 1:
        raise ValueError("more than one posting has no amount")


def _neat(left: Decimal, currency: str, known: list[Booked]) -> Decimal:
    """Rounded as one writes an amount, where it comes from a conversion."""
    mine = [one for one in known if one.weight[0] == currency]
    plain = [-_exponent(one.units) for one in mine if not one.converted]
    if not any(one.converted for one in mine):
        return left
    return round(left, max([digits(currency), *plain]))


def _tolerance(mine: Sequence[Booked], currency: str) -> Decimal:
    """What Beancount would let pass: half of the last digit of the roughest amount."""
    written = [_exponent(one.units) for one in mine if one.currency == currency and _exponent(one.units) < 0]
    return HALF * Decimal(10) ** max(written, default=-digits(currency))


def _exponent(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0
