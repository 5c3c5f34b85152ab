"""Content lines, what iCalendar (RFC 5545), vCard 3 and 4 (RFC 2426, 6350) and the older vCard 2.1 are written in.

`NAME;PARAMETER=value:value`, folded over several physical lines. Reading is forgiving, because exporters are not
strict: text that is no content line continues the line before it (broken folding), 2.1's bare parameters and
quoted-printable values are understood, bytes that are not UTF-8 are read as Windows-1252.
"""

import binascii
import codecs
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

_NEWLINE = re.compile(rb"\r*\n|\r")
_START = re.compile(
    rb"(?:[A-Za-z0-9_-]+\.)?"
    rb"(?:[A-Za-z][A-Za-z0-9_-]*[ \t]*(?::(?!//)|;[ \t]*[A-Za-z0-9-]+[ \t]*[=;:])|[A-Z][A-Z0-9-]*;)"
)
"""A property begins: neither `see; below` nor `https://` does, which broken folding may put there."""
_EARLY_FOLD = re.compile(rb"[A-Z][A-Z0-9-]*\n[ \t][;:]")
"""Old Mozilla calendars fold between a property's name and its colon."""
_CAPITALS = re.compile(rb"(?:[A-Za-z0-9]+\.)?[A-Z][A-Z-]+(?:;[^:]*)?:")
"""What stands after a soft line break although the text before it was over, in cards of old phones."""
_QUOTED = re.compile(rb"[^:]*;[ \t]*(?:ENCODING[ \t]*=[ \t]*)?QUOTED-PRINTABLE[ \t]*[;:]", re.IGNORECASE)
_LINE = re.compile(
    r"(?:(?P<group>[\w-]+)\.)?(?P<name>[A-Za-z][\w-]*)[ \t]*"
    r"(?P<params>(?:;[^;:\"]*(?:\"[^\"]*\"[^;:\"]*)*)*):(?P<value>.*)\Z",
    re.S,
)
_CARELESS_LINE = re.compile(
    r"(?:(?P<group>[\w-]+)\.)?(?P<name>[A-Za-z][\w-]*)[ \t]*(?P<params>(?:;[^:]*)?):(?P<value>.*)\Z", re.S
)
_PARAM = re.compile(r";([^;\"]*(?:\"[^\"]*\"[^;\"]*)*)")
_LISTED = re.compile(r"([^,\"]*(?:\"[^\"]*\"?[^,\"]*)*)(?:,|\Z)")
_CARET = {"^n": "\n", "^N": "\n", "^'": '"', "^^": "^"}
_BACKSLASH = re.compile(r"\\([nN,;:\"\\])")
_CHARSET = re.compile(r"ascii|utf-8|iso8859-|cp\d|koi8|shift_jis|euc_|gb|big5|mac-|tis-620|hz|iso2022")
_DEEPEST = 16
_ENCODINGS = frozenset(("BASE64", "B", "QUOTED-PRINTABLE", "8BIT", "7BIT"))
_VALUES = frozenset(("URL", "URI", "CID", "CONTENT-ID", "INLINE"))


@dataclass(frozen=True, slots=True)
class Line:
    """One unfolded property. `name`, `group` and parameter names are upper case, `value` still has its backslashes."""

    name: str
    value: str
    params: Mapping[str, tuple[str, ...]]
    group: str
    raw: str

    def param(self, name: str) -> str:
        """The first value of a parameter, or nothing."""
        values = self.params.get(name)
        return values[0] if values else ""

    @property
    def text(self) -> str:
        """The value as a person reads it."""
        return unescape(self.value)


@dataclass(frozen=True, slots=True)
class Component:
    """A parsed block. `broken` are the lines that are no content lines."""

    name: str
    lines: tuple[Line, ...]
    parts: tuple["Component", ...] = ()
    broken: tuple[str, ...] = ()

    @property
    def raw(self) -> list[str]:
        """The whole component as unfolded lines."""
        inside = [text for part in self.parts for text in part.raw]
        return [f"BEGIN:{self.name}", *(line.raw for line in self.lines), *inside, f"END:{self.name}"]


@dataclass(slots=True)
class _Building:
    name: str
    lines: list[Line] = field(default_factory=list)
    parts: list[Component] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    def done(self) -> Component:
        return Component(self.name, tuple(self.lines), tuple(self.parts), tuple(self.broken))


def parse(raw: bytes) -> Component:
    """A block's bytes as a Component; never fails. A calendar's header, lines without BEGIN, gives one without name."""
    stack = [_Building("")]
    for text in unfold(raw):
        line = read_line(text)
        if line is None:
            stack[-1].broken.append(decode(text))
        elif line.name == "BEGIN" and len(stack) < _DEEPEST:
            stack.append(_Building(line.value.strip().upper()))
        elif line.name != "END":
            stack[-1].lines.append(line)
        elif any(open_.name == line.value.strip().upper() for open_ in stack):
            while len(stack) > 1:
                done = stack.pop().done()
                stack[-1].parts.append(done)
                if done.name == line.value.strip().upper():
                    break
    while len(stack) > 1:
        done = stack.pop().done()
        stack[-1].parts.append(done)
    whole = stack[0]
    return whole.parts[0] if whole.parts and not whole.lines else whole.done()


def unfold(raw: bytes) -> Iterator[bytes]:
    """Logical lines: folded ones joined as bytes (a fold may cut a UTF-8 character in two), blank ones dropped."""
    current = bytearray()
    quoted = False
    pieces = [piece for piece in _NEWLINE.split(raw) if piece.strip()]
    for number, piece in enumerate(pieces):
        if quoted and current.endswith(b"=") and not _CAPITALS.match(piece):
            del current[-1]
            current += piece.strip()
        elif current and piece[:1] in b" \t":
            current += piece[1:].rstrip() if quoted else piece[1:]
        elif current and not (_START.match(piece) or _EARLY_FOLD.match(b"\n".join(pieces[number : number + 2]))):
            current += b"\\n" + piece
        else:
            if current:
                yield bytes(current)
            current = bytearray(piece)
            quoted = _QUOTED.match(piece) is not None
            if quoted:
                current = bytearray(piece.rstrip())
    if current:
        yield bytes(current)


def read_line(raw: bytes) -> Line | None:
    """One logical line, or None if it is not a content line."""
    text = decode(raw)
    match = _LINE.match(text) or _CARELESS_LINE.match(text)
    if match is None:
        return None
    params = _params(match["params"]) if match["params"] else {}
    value = match["value"]
    if params:
        charset = params.get("CHARSET", ("",))[0]
        if params.get("ENCODING", ("",))[0].upper() == "QUOTED-PRINTABLE":
            value = _quoted_printable(value, charset)
        elif charset and not raw.isascii() and text[: match.start("value")].isascii():
            value = decode(raw[match.start("value") :], charset)
    return Line(match["name"].upper(), value, params, (match["group"] or "").upper(), text)


def decode(raw: bytes, charset: str = "") -> str:
    """Bytes as text: by the declared charset, else UTF-8, else Windows-1252. NULs, which PostgreSQL refuses, go."""
    try:
        text = raw.decode(_known(charset))
    except ValueError:
        text = raw.decode("utf-8", "replace")
        bad = text.count("\ufffd")
        # one cut character does not make a text Windows-1252
        if 2 * bad > sum(1 for character in text if character > "\x7f"):
            text = raw.decode("cp1252", "replace")
    return text.replace("\0", "")


def unescape(value: str) -> str:
    """A TEXT value without its backslashes."""
    if "\\" not in value:
        return value
    return _BACKSLASH.sub(lambda found: "\n" if found[1] in "nN" else found[1], value)


def split(value: str, separator: str) -> list[str]:
    """The parts of a list or structured value, unescaped and stripped."""
    if "\\" not in value:
        return [part.strip() for part in value.split(separator)]
    parts, start, position = [], 0, 0
    while (position := value.find(separator, position)) >= 0:
        before = value[start:position]
        if (len(before) - len(before.rstrip("\\"))) % 2 == 0:
            parts.append(before)
            start = position + 1
        position += 1
    parts.append(value[start:])
    return [unescape(part).strip() for part in parts]


def _known(charset: str) -> str:
    """A charset of old phones, else UTF-8: some of Python's codecs give text that cannot be stored."""
    try:
        name = codecs.lookup(charset).name if charset else "utf-8"
    except (LookupError, ValueError):
        return "utf-8"
    return name if _CHARSET.match(name) else "utf-8"


def _params(text: str) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for piece in _PARAM.findall(text):
        name, equals, value = piece.partition("=")
        name = name.strip().upper()
        if equals:
            found.setdefault(name, []).extend(_listed(value))
        elif name:
            found.setdefault(_bare(name), []).append(name)
    return {name: tuple(values) for name, values in found.items()}


def _bare(word: str) -> str:
    """The parameter that vCard 2.1 leaves unsaid: `TEL;HOME;QUOTED-PRINTABLE:`."""
    if word in _ENCODINGS:
        return "ENCODING"
    return "VALUE" if word in _VALUES else "TYPE"


def _listed(value: str) -> Iterator[str]:
    if '"' not in value and "," not in value:
        yield _plain(value)
        return
    for item in _LISTED.findall(value.rstrip(",")):
        if item:
            yield _plain(item)


def _plain(value: str) -> str:
    value = value.strip().replace('"', "")
    if "^" not in value:
        return value
    return re.sub(r"\^[nN'^]", lambda found: _CARET[found[0]], value)


def _quoted_printable(value: str, charset: str) -> str:
    """Decoded so that what was encoded stays text: `=3B` is a semicolon in a word, not between two."""
    value = re.sub(r"=(3[Bb]|2[Cc])", lambda found: "\\;" if found[1][0] == "3" else "\\,", value)
    raw = binascii.a2b_qp(value.encode("utf-8"))
    return decode(raw, charset).replace("\r\n", "\n")
