"""The picture of `lifeloom schema --er`: tables in frames and a line for each foreign key, as one SVG without scripts.

A browser shows comments when the pointer rests on something, and brings out the lines of the table under it.
"""

from collections.abc import Iterator, Mapping
from xml.sax.saxutils import escape

from resolvers.cli.layout import BOX, HEAD, MARGIN, Box, Frame, left_out, place
from schema_sql.catalog import COMMON_COLUMNS, Catalog, Column, ForeignKey

COLORS = ("#2f6690", "#8a4f7d", "#3a7d44", "#b5651d", "#5b5ea6", "#9b2335", "#00798c", "#7a6c2d", "#6b4c9a", "#4f6d7a")
NAME_LETTERS, TYPE_LETTERS = 25, 21
STYLE = """
text { font: 12px system-ui, sans-serif; fill: #24292f }
.title { font-size: 20px; font-weight: 600 } .name { font-weight: 600; fill: #fff }
.type { fill: #6e7781; font-size: 11px }
.table > rect { stroke-width: 1.2; fill: #fff } .table:hover > rect { stroke-width: 2.5 } .required { font-weight: 600 }
.line { fill: none; stroke-width: 1.4; opacity: .55 } .far { stroke-dasharray: 5 4; opacity: .35 }
"""
LIT = "svg:has(#{name}:hover) .{name}, .line:hover {{ opacity: 1; stroke-width: 3 }}"
"""Lines lie below all tables, so that only a rule of its own for each table can bring out the lines of that one."""


def draw(catalog: Catalog) -> str:
    """The whole SVG document."""
    frames = place(catalog)
    boxes = {box.entity.name: box for frame in frames for box in frame.boxes}
    width = max(frame.x + frame.width for frame in frames) + MARGIN
    height = max(frame.y + frame.height for frame in frames) + 2 * MARGIN
    colored = [(frame, COLORS[number % len(COLORS)]) for number, frame in enumerate(frames)]
    lit = "\n".join(LIT.format(name=_token(name)) for name in boxes)
    return "\n".join((
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
        f'viewBox="0 0 {width:.0f} {height:.0f}">',
        f"<style>{escape(STYLE + lit)}</style>",
        '<rect width="100%" height="100%" fill="#f6f8fa"/>',
        *(_background(frame, color) for frame, color in colored),
        *(line for frame, color in colored for box in frame.boxes for line in _lines(box, frame, boxes, color)),
        *(part for frame, color in colored for box in frame.boxes for part in _table(box, color)),
        f'<text x="{MARGIN}" y="{height - MARGIN:.0f}">{escape(_legend(catalog))}</text>',
        "</svg>\n",
    ))  # fmt: skip


def _legend(catalog: Catalog) -> str:
    others = ", ".join(sorted(left_out(catalog) - set(COMMON_COLUMNS)))
    return (
        "A line leads from a column to the table it points at; dashed: in another domain. Bold columns are required. "
        f"Left out: {', '.join(COMMON_COLUMNS)} of every table, and {others} of most."
    )


def _token(name: str) -> str:
    """A table's name as an identifier of CSS."""
    return "t-" + "".join(letter if letter.isalnum() else "-" for letter in name)


def _background(frame: Frame, color: str) -> str:
    return (
        f'<rect x="{frame.x}" y="{frame.y}" width="{frame.width}" height="{frame.height}" rx="12" fill="{color}" '
        f'fill-opacity=".07"/>'
        f'<text class="title" x="{frame.x + MARGIN}" y="{frame.y + 30}">{escape(frame.title)}</text>'
    )


def _lines(box: Box, frame: Frame, boxes: Mapping[str, Box], color: str) -> Iterator[str]:
    for column, key in box.keys.items():
        target = boxes.get(key.target)
        if target is not None:
            kind = "line" if target in frame.boxes else "line far"
            names = f"{_token(box.entity.name)} {_token(key.target)}"
            told = f"<title>{escape(f'{box.entity.name}.{column} → {key.target}')}</title>"
            yield f'<path class="{kind} {names}" d="{_curve(box, column, target)}" stroke="{color}">{told}</path>'


def _table(box: Box, color: str) -> Iterator[str]:
    yield f'<g class="table" id="{_token(box.entity.name)}" stroke="{color}">'
    yield f'<rect x="{box.x}" y="{box.y}" width="{BOX}" height="{box.height}" rx="6"/>'
    yield f'<path d="M{box.x} {box.y + HEAD}v-{HEAD - 6}q0 -6 6 -6h{BOX - 12}q6 0 6 6v{HEAD - 6}z" fill="{color}"/>'
    yield (
        f'<g stroke="none"><text class="name" x="{box.x + 10}" y="{box.y + 18}">{escape(box.entity.name)}'
        f"<title>{escape(box.entity.comment)}</title></text>"
    )
    for column in box.columns:
        yield _row(box, column, box.keys.get(column.name))
    yield "</g></g>"


def _row(box: Box, column: Column, key: ForeignKey | None) -> str:
    y = box.row(column.name) + 4
    kind = _short(f"→ {key.target}" if key else column.type, TYPE_LETTERS)
    required = ' class="required"' if not column.nullable and column.default is None else ""
    return (
        f'<text x="{box.x + 10}" y="{y}"{required}>{escape(_short(column.name, NAME_LETTERS))}'
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
