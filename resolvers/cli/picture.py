"""The pictures of `lifeloom schema --er`: tables in frames and a line for each foreign key, as SVG without scripts.

A browser shows comments when the pointer rests on something, and brings out the lines of the table under it.
"""

from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import quote
from xml.sax.saxutils import escape, quoteattr

from resolvers.cli.domains import GROUND, Domain, domains, left_out
from resolvers.cli.layout import BOX, ELSEWHERE, HEAD, LEGEND, MARGIN, Box, Frame, place, place_domain
from schema_sql.catalog import COMMON_COLUMNS, Catalog, Column, ForeignKey

COLORS = (
    "#2f6690", "#8a4f7d", "#3a7d44", "#b5651d", "#5b5ea6", "#9b2335", "#00798c", "#7a6c2d", "#6b4c9a", "#4f6d7a"
)  # fmt: skip
GREY = "#57606a"
NAME_LETTERS, TYPE_LETTERS = 28, 22
NAME_LETTER, TYPE_LETTER = 7.5, 6.4
"""Widths in pixels, of a broad font."""
STYLE = """
text { font: 12px system-ui, sans-serif; fill: #24292f }
.title { font-size: 20px; font-weight: 600 } .name { font-weight: 600; fill: #fff }
.type { fill: #57606a; font-size: 11px } .note { fill: #fff; font-size: 11px; opacity: .85 } .legend { font-size: 13px }
.table rect { stroke-width: 1.2; fill: #fff } .table:hover rect, .table:target rect { stroke-width: 3.5 }
.required { font-weight: 600 } a:hover text { text-decoration: underline }
.line { fill: none; stroke-width: 1.4; opacity: .6 } .far { stroke-dasharray: 5 4 } .whole .far { opacity: .16 }
"""
LIT = "svg:has(#{name}:hover) .{name}, .line:hover {{ opacity: 1; stroke-width: 3 }}"
"""Lines lie below all tables, so that only a rule of its own for each table can bring out the lines of that one."""


def draw(catalog: Catalog, *, linked: bool = False) -> str:
    """All tables with their keys, as a whole SVG document; `linked`: its titles lead to the pictures of `address`."""
    legend = (
        "A line leads from a column to the table it points at; dashed: in another domain, brought out by the pointer. "
        "Only such columns are shown; the number beside a table's name counts all.",
    )
    return _document(place(catalog), _colors(catalog), legend, linked=linked, whole=True)


def address(domain: str) -> str:
    """Where a domain's picture is for the one of all tables, which lies above it as `all.svg`."""
    return f"domains/{quote(domain, safe='')}.svg"


def draw_domain(domain: Domain, catalog: Catalog, *, linked: bool = False) -> str:
    """One domain with its columns and the tables of others that it points at, as a whole SVG document."""
    others = ", ".join(sorted(left_out(catalog) - set(COMMON_COLUMNS)))
    legend = (
        domain.about,
        "A line leads from a column to the table it points at. Bold: required. "
        f"Left out: {', '.join(COMMON_COLUMNS)} of every table, and {others} of most.",
    )
    return _document(place_domain(domain, catalog), _colors(catalog), legend, linked=linked, whole=False)


def _colors(catalog: Catalog) -> dict[str, str]:
    """The color of each domain, the same in all pictures."""
    named = {domain.name: COLORS[number % len(COLORS)] for number, domain in enumerate(domains(catalog))}
    return {ELSEWHERE: GREY, **named, GROUND: GREY}


def _document(
    frames: Sequence[Frame], colors: Mapping[str, str], legend: Sequence[str], *, linked: bool, whole: bool
) -> str:
    boxes = {box.entity.name: box for frame in frames for box in frame.boxes}
    width = max(max(frame.x + frame.width for frame in frames) + MARGIN, 6.8 * max(map(len, legend)) + 2 * MARGIN)
    height = max(frame.y + frame.height for frame in frames) + MARGIN + LEGEND * len(legend)
    lit = "\n".join(LIT.format(name=_token(name)) for name in boxes)
    links = [(address(frame.name) if whole else "../all.svg") if linked else "" for frame in frames]
    return "\n".join((
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
        f'viewBox="0 0 {width:.0f} {height:.0f}" class="{"whole" if whole else "domain"}">',
        f"<title>{escape('All tables' if whole else frames[-1].name)}</title>",
        f"<style>{escape(STYLE + lit)}</style>",
        f"<defs>{''.join(map(_arrow, sorted(set(colors.values()))))}</defs>",
        '<rect width="100%" height="100%" fill="#f6f8fa"/>',
        *(_background(frame, colors[frame.name], link) for frame, link in zip(frames, links, strict=True)),
        *(line for box in boxes.values() for line in _lines(box, boxes, colors[box.domain])),
        *(part for frame in frames for box in frame.boxes for part in _linked_table(box, frame, colors, linked=linked)),
        *(
            f'<text class="legend" x="{MARGIN}" y="{height - MARGIN - LEGEND * above:.0f}">{escape(line)}</text>'
            for above, line in enumerate(reversed(legend))
        ),
        "</svg>\n",
    ))  # fmt: skip


def _token(name: str) -> str:
    """A table's name as an identifier of CSS."""
    return "t-" + "".join(letter if letter.isalnum() else "-" for letter in name)


def _arrow(color: str) -> str:
    return (
        f'<marker id="to-{color[1:]}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" '
        f'markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0L8 4L0 8z" fill="{color}"/></marker>'
    )


def _background(frame: Frame, color: str, link: str) -> str:
    title = f'<text class="title" x="{frame.x + MARGIN}" y="{frame.y + 30}">{escape(frame.name)}'
    told = f"{title}<title>{escape(frame.about)}</title></text>"
    return (
        f'<rect x="{frame.x}" y="{frame.y}" width="{frame.width}" height="{frame.height}" rx="12" fill="{color}" '
        f'fill-opacity=".07"/>' + (f"<a href={quoteattr(link)}>{told}</a>" if link else told)
    )


def _lines(box: Box, boxes: Mapping[str, Box], color: str) -> Iterator[str]:
    for column, key in box.keys.items():
        target = boxes[key.target]
        kind = "line" if target.domain == box.domain else "line far"
        names = f"{_token(box.entity.name)} {_token(key.target)}"
        told = f"<title>{escape(f'{box.entity.name}.{column} → {key.target}')}</title>"
        yield (
            f'<path class="{kind} {names}" d="{_curve(box, column, target)}" stroke="{color}" '
            f'marker-end="url(#to-{color[1:]})">{told}</path>'
        )


def _linked_table(box: Box, frame: Frame, colors: Mapping[str, str], *, linked: bool) -> Iterator[str]:
    """A table; one of another domain leads to where it is drawn with its columns."""
    elsewhere = box.domain != frame.name
    counted = "" if len(box.columns) > len(box.keys) else str(len(box.entity.columns))
    table = _table(box, colors[box.domain], box.domain if elsewhere else counted)
    if linked and elsewhere:
        place = f"{quote(box.domain, safe='')}.svg#{_token(box.entity.name)}"
        yield f"<a href={quoteattr(place)}>"
        yield from table
        yield "</a>"
    else:
        yield from table


def _table(box: Box, color: str, note: str) -> Iterator[str]:
    corners = f"q0 6 -6 6h-{BOX - 12}q-6 0 -6 -6" if not box.columns else f"h-{BOX}"
    side = HEAD - (12 if not box.columns else 6)
    yield f'<g class="table" id="{_token(box.entity.name)}" stroke="{color}">'
    yield f'<rect x="{box.x}" y="{box.y}" width="{BOX}" height="{box.height}" rx="6"/>'
    yield f'<path d="M{box.x} {box.y + 6}q0 -6 6 -6h{BOX - 12}q6 0 6 6v{side}{corners}z" fill="{color}"/>'
    yield (
        f'<g stroke="none"><text class="name" x="{box.x + 10}" y="{box.y + 18}">{escape(box.entity.name)}'
        f"<title>{escape(box.entity.comment)}</title></text>"
    )
    if note:
        yield f'<text class="note" x="{box.x + BOX - 10}" y="{box.y + 18}" text-anchor="end">{escape(note)}</text>'
    for column in box.columns:
        yield _row(box, column, box.keys.get(column.name))
    yield "</g></g>"


def _row(box: Box, column: Column, key: ForeignKey | None) -> str:
    y = box.row(column.name) + 4
    name = _short(column.name, NAME_LETTERS)
    room = int((BOX - 28 - NAME_LETTER * len(name)) / TYPE_LETTER)
    kind = _short(f"→ {key.target}" if key else column.type, min(room, TYPE_LETTERS))
    required = ' class="required"' if not column.nullable and column.default is None else ""
    return (
        f'<text x="{box.x + 10}" y="{y}"{required}>{escape(name)}'
        f"<title>{escape(f'{column.name} {column.type}: {column.comment}')}</title></text>"
        f'<text class="type" x="{box.x + BOX - 10}" y="{y}" text-anchor="end">{escape(kind)}</text>'
    )


def _short(text: str, letters: int) -> str:
    return text if len(text) <= letters else f"{text[: letters - 1]}…"


def _curve(box: Box, column: str, target: Box) -> str:
    """From the column's row to the head of the table it points at, leaving by the nearer side."""
    leftwards = target.x < box.x
    start = (box.x if leftwards else box.x + BOX, box.row(column))
    beside = target.x == box.x
    end = (target.x + BOX if leftwards or beside else target.x, target.y + HEAD / 2)
    reach = max(40.0, abs(end[0] - start[0]) / 2)
    out = -reach if leftwards else reach
    back = reach if leftwards or beside else -reach
    return f"M{start[0]} {start[1]}C{start[0] + out} {start[1]} {end[0] + back} {end[1]} {end[0]} {end[1]}"
