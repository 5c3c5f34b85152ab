"""What else a person is called than their card says: by the given name, with one of two family names, as Mrs Who."""

from collections.abc import Iterator, Mapping
from typing import Any

from graph.lexicon.trie import Name
from graph.lexicon.words import words_of

_SEVERAL = ","


def names_of_person(card: Mapping[str, Any]) -> Iterator[Name]:
    """The names that follow from the parts of a contact's name."""
    given, family = _first(card["n_given"]), (card["n_family"] or "").replace(_SEVERAL, " ").strip()
    full, id_ = (card["fn"] or "").strip(), card["id"]
    if given and family:
        names = dict.fromkeys((f"{given} {family}", f"{given} {family.split()[0]}", f"{family}, {given}"))
        yield from (Name(name, id_, "contact", holder=id_) for name in names if name != full)
    if given and given != full:
        yield Name(given, id_, "contact", "given", holder=id_)
    if family and card["n_prefix"]:
        yield Name(f"{card['n_prefix'].strip()} {family}", id_, "contact", "formal", holder=id_)


def could_be_title(text: str) -> bool:
    """Whether these words could not be any phrase: three or more, or two that are capital."""
    words = [word for word, _ in words_of(text)]
    return len(words) > 2 or sum(word[0].isupper() for word in words) > 1


def _first(several: str | None) -> str:
    return (several or "").partition(_SEVERAL)[0].strip()
