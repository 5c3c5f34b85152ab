"""Names by their words, found in a text in one pass from left to right: the longest at each place. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from re import Match
from uuid import UUID

from graph.lexicon.words import fold, joined_alike, joint, spelt_out, words_of

LONGEST_NAME = 12
"""Words; what has more is a sentence."""

_REMEMBERED = 1 << 16


@dataclass(frozen=True, slots=True)
class Name:
    """A name and whose it is. `record` is what it means, `holder` the row that says so.

    `form` is `name`, `title` (of a document), `given` (a first name alone), `formal` (Mrs and the family name).
    """

    text: str
    record: UUID
    type: str
    form: str = "name"
    weight: float = 1.0
    holder: UUID | None = None


@dataclass(frozen=True, slots=True)
class Spelled:
    """A name with its words as they are written and what binds them."""

    name: Name
    words: tuple[str, ...]
    joints: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """A place of a text at which names stand: all that are spelled with these words."""

    start: int
    end: int
    words: tuple[str, ...]
    spelled: tuple[Spelled, ...]


@dataclass(slots=True)
class _Node:
    following: dict[str, "_Node"] = field(default_factory=dict)
    names: list[Spelled] = field(default_factory=list)


class _Beginnings(dict[str, "_Node | None"]):
    """Where a written word leads from the root; filled as words are met."""

    def __init__(self, root: _Node) -> None:
        super().__init__()
        self._root = root

    def __missing__(self, word: str) -> _Node | None:
        if len(self) >= _REMEMBERED:
            self.clear()
        node = self[word] = self._root.following.get(fold(word))
        return node


class Trie:
    """The names, by the folded words that spell them."""

    def __init__(self) -> None:
        self._root = _Node()
        self._beginnings = _Beginnings(self._root)

    def add(self, name: Name) -> None:
        """Names without a letter, and those that are sentences, are none."""
        for key, spelled in _spellings(name):
            node = self._root
            for word in key:
                node = node.following.setdefault(word, _Node())
            if spelled not in node.names:
                node.names.append(spelled)
        self._beginnings.clear()

    def remove(self, name: Name) -> None:
        """Forget a name that was added."""
        for key, spelled in _spellings(name):
            path = [self._root]
            for word in key:
                path.append(path[-1].following[word])
            if spelled in path[-1].names:
                path[-1].names.remove(spelled)
            _prune(path, key)
        self._beginnings.clear()

    def hits(self, text: str, words: Sequence[Match[str]]) -> Iterator[Hit]:
        """The names among these words of a text, from left to right, none inside another."""
        at, beginnings = 0, self._beginnings
        while at < len(words):
            node = beginnings[words[at].group()]
            hit = _longest(text, words, at, node) if node else None
            if hit is None:
                at += 1
            else:
                yield hit
                at += len(hit.words)


def _longest(text: str, words: Sequence[Match[str]], first: int, node: _Node) -> Hit | None:
    best: tuple[int, tuple[Spelled, ...]] | None = None
    joints: tuple[str, ...] = ()
    at = first
    while True:
        if node.names:
            spelled = tuple(one for one in node.names if _bound(one.joints, joints))
            best = (at, spelled) if spelled else best
        if at + 1 >= len(words) or not node.following:
            break
        binding = joint(text[words[at].end() : words[at + 1].start()])
        following = node.following.get(fold(words[at + 1].group())) if binding is not None else None
        if binding is None or following is None:
            break
        node, at, joints = following, at + 1, (*joints, binding)
    if best is None:
        return None
    last, names = best
    met = tuple(match.group() for match in words[first : last + 1])
    return Hit(words[first].start(), words[last].end(), met, names)


def _bound(in_name: tuple[str, ...], in_text: tuple[str, ...]) -> bool:
    return in_name == in_text or all(map(joined_alike, in_name, in_text))


def _spellings(name: Name) -> Iterator[tuple[tuple[str, ...], Spelled]]:
    parts = list(words_of(name.text))
    words = tuple(word for word, _ in parts)
    bindings = [joint(gap) for _, gap in parts[:-1]]
    joints = tuple(binding for binding in bindings if binding is not None)
    sayable = any(character.isalpha() for word in words for character in word)
    if not words or len(words) > LONGEST_NAME or len(joints) < len(bindings) or not sayable:
        return
    spelled = Spelled(name, words, joints)
    for key in sorted({tuple(map(fold, words)), tuple(map(spelt_out, words))}):
        yield key, spelled


def _prune(path: Sequence[_Node], key: Sequence[str]) -> None:
    """Let go of what leads nowhere any more, from the end."""
    for depth in range(len(key), 0, -1):
        if path[depth].names or path[depth].following:
            return
        del path[depth - 1].following[key[depth - 1]]
