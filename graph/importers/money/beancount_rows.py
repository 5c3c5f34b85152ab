"""The rows of a Beancount ledger's directives."""

import hashlib
import mimetypes
from collections.abc import Iterator, Sequence
from pathlib import Path

from graph.importers.base import Item, Row, To
from graph.importers.decoding import path_text, storable
from graph.importers.keys import digest, shortened
from graph.importers.money.beancount_entries import Said
from graph.importers.money.books import Books, Leg, account_key, commodity_key, payee_key, postings

_KINDS = frozenset(("currency", "stock", "fund", "bond", "crypto", "points", "other"))
_LARGEST = 256 * 1024 * 1024


def account_item(books: Books, name: str, opened: Said, closed: Said | None, *, declared: bool) -> Iterator[Item]:
    """An account as `open` and `close` tell of it; those above it are mentioned."""
    if not declared:
        yield from books.account(name)
        return
    found = list(books.account(name))
    yield from found[:-1]
    code = opened.currencies[0] if len(opened.currencies) == 1 else ""
    ends = closed.day if closed and closed.day >= opened.day else None
    more: dict[str, object] = {"booking": opened.words[0]} if opened.words else {}
    more |= {"currencies": opened.currencies} if len(opened.currencies) > 1 else {}
    values = {
        "currency": code if len(code) == 3 and code.isalpha() and code.isascii() else None,
        "opened_on": opened.day if opened.kind == "open" else None,
        "closed_on": ends,
        "custom_fields": {**opened.meta, **(closed.meta if closed else {}), **more},
    }
    key = account_key(name)
    yield Item(key, (Row("financial_accounts", key, {**found[-1].rows[0].values, **values}),), books.where)


def commodity_item(books: Books, one: Said) -> Iterator[Item]:
    """A commodity with its name and kind, where its metadata tell them."""
    found = list(books.commodity(one.currencies[0]))
    if not found:
        return
    values = dict(found[0].rows[0].values)
    kind = one.meta.get("kind", "").lower()
    values |= {"name": one.meta.get("name") or None, "isin": one.meta.get("isin") or None}
    values |= {"kind": kind} if kind in _KINDS else {}
    yield Item(found[0].key, (Row("commodities", found[0].key, values),), books.where)


def price_item(one: Said, where: str) -> Item:
    symbol, quote = one.currencies
    key = shortened(f"price:{symbol}:{quote}:{one.day}")
    values = {
        "commodity_id": To(commodity_key(symbol)),
        "quote_commodity_id": To(commodity_key(quote)),
        "price_date": one.day,
        "price": one.number,
        "source": "beancount",
    }
    return Item(key, (Row("commodity_prices", key, values),), where)


def note_item(one: Said, where: str, folder: Path) -> Iterator[Item]:
    """A `note` as a note, a `document` in the ledger's folder as a file; their account stands in the custom fields."""
    about: dict[str, object] = {"account": one.accounts[0], "date": str(one.day), **one.meta}
    about |= {"tags": one.tags} if one.tags else {}
    about |= {"links": one.links} if one.links else {}
    key = shortened(f"{one.kind}:{one.accounts[0]}:{one.day}:{digest(one.words[0])}")
    values: dict[str, object] = {"source": "beancount", "custom_fields": about}
    if one.kind == "note":
        values |= {"title": f"{one.accounts[0]} {one.day}", "content": one.words[0], "content_format": "plain"}
        yield Item(key, (Row("notes", key, values),), where)
    else:
        path = one.entry.path.parent / one.words[0]
        seen = _file(path, folder)
        missing = f"line {one.entry.line}: the document is not in the folder of the ledger: {one.words[0]}"
        warnings = () if seen else (missing,)
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        values |= {
            "name": path_text(path.name) or "document",
            "path": storable(one.words[0]),
            "media_type": kind,
            **seen,
        }
        yield Item(key, (Row("files", key, values, found=bool(seen)),), where, warnings=warnings)


def _file(path: Path, folder: Path) -> dict[str, object]:
    """What a document is. A ledger that somebody sent does not make us read what else is on the disk."""
    try:
        size = path.stat().st_size
        if not path.is_file() or size > _LARGEST or not path.resolve().is_relative_to(folder):
            return {}
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").digest()
        return {"byte_size": size, "sha256": sha256, "storage_uri": path.resolve().as_uri()}
    except (OSError, ValueError):
        return {}


def transaction(one: Said, key: str, legs: Sequence[Leg], where: str, warnings: tuple[str, ...]) -> Item:
    """A transaction with its postings; without any, though some are written, it is a draft with its text."""
    payee = one.words[0] if len(one.words) > 1 else ""
    about: dict[str, object] = dict(one.meta)
    about |= {f"posting {place}": posting.meta for place, posting in enumerate(one.postings) if posting.meta}
    draft = bool(one.postings) and not legs
    values: dict[str, object] = {
        "transaction_date": one.day,
        "draft": draft,
        "flag": one.flag,
        "payee_id": To(payee_key(payee)) if payee.strip() else None,
        "payee_text": payee or None,
        "narration": one.words[-1] if one.words else "",
        "link_names": list(dict.fromkeys(one.links)),
        "categories": list(dict.fromkeys(one.tags)),
        "source": "beancount",
        "custom_fields": about,
    }
    raw = storable(one.entry.raw).encode() if draft else None
    rows = (Row("transactions", key, values), *postings(key, legs))
    return Item(key, rows, where, raw, "text/x-beancount" if raw else "", warnings)
