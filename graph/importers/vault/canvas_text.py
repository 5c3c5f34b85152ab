"""What is on a JSON Canvas, said in Markdown."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import orjson

from graph.importers.decoding import decode, storable

Node = Mapping[str, Any]


class NoCanvas(ValueError):
    """The file holds no canvas; the message says why."""


def markdown(data: bytes) -> tuple[str, tuple[str, ...]]:
    """The text, and what of the canvas was passed over. Raises NoCanvas."""
    nodes, edges, warnings = _parts(data)
    groups = [node for node in nodes if node.get("type") == "group"]
    inside = {node["id"]: _around(node, groups) for node in nodes}
    blocks: list[str] = []
    for group in [None, *groups]:
        members = [node for node in nodes if inside[node["id"]] is group and node.get("type") != "group"]
        if group is not None:
            blocks.append(f"## {_line(group.get('label')) or 'Group'}")
        blocks += filter(None, map(_block, sorted(members, key=_reading_order)))
    lines = list(_edges(edges, {node["id"]: node for node in nodes}))
    if lines:
        blocks.append("## Connections\n\n" + "\n".join(lines))
    return storable("\n\n".join(blocks) + "\n" if blocks else ""), warnings


def _parts(data: bytes) -> tuple[list[Node], list[Node], tuple[str, ...]]:
    decoded = decode(data)
    try:
        canvas = orjson.loads(decoded.text) if decoded.text.strip() else {}
    except orjson.JSONDecodeError as error:
        raise NoCanvas(f"no valid JSON: {error}") from None
    if not isinstance(canvas, dict):
        raise NoCanvas("a canvas is an object with nodes and edges")
    given = {name: canvas.get(name) or [] for name in ("nodes", "edges")}
    lists = {name: some if isinstance(some, list) else [some] for name, some in given.items()}
    nodes = {one["id"]: one for one in lists["nodes"] if isinstance(one, dict) and isinstance(one.get("id"), str)}
    edges: list[Node] = [one for one in lists["edges"] if isinstance(one, dict)]
    lost = len(lists["nodes"]) + len(lists["edges"]) - len(nodes) - len(edges)
    strange = [f"{lost} parts of the canvas are no nodes or edges, or say an id again: only kept raw"] if lost else []
    return list(nodes.values()), edges, (*decoded.warnings, *strange)


def _box(node: Node) -> tuple[float, float, float, float]:
    """Left, top, right, bottom."""
    x, y, width, height = (
        float(node[name]) if isinstance(node.get(name), int | float) else 0.0 for name in ("x", "y", "width", "height")
    )
    return x, y, x + width, y + height


def _around(node: Node, groups: Sequence[Node]) -> Node | None:
    """The smallest group that the middle of a node lies in."""
    left, top, right, bottom = _box(node)
    x, y = (left + right) / 2, (top + bottom) / 2
    found: tuple[float, Node] | None = None
    for group in groups:
        g_left, g_top, g_right, g_bottom = _box(group)
        size = (g_right - g_left) * (g_bottom - g_top)
        within = g_left <= x <= g_right and g_top <= y <= g_bottom
        if group is not node and within and (found is None or size < found[0]):
            found = (size, group)
    return found[1] if found else None


def _reading_order(node: Node) -> tuple[float, float, str]:
    """From the top down and from left to right, whatever lies above what."""
    left, top, _, _ = _box(node)
    return top, left, node["id"]


def _block(node: Node) -> str:
    if node.get("type") == "text":
        return str(node.get("text") or "").strip()
    if node.get("type") == "file" and node.get("file"):
        return f"!{_named(node)}"
    return _named(node)


def _named(node: Node) -> str:
    """A node in a few words: a link to what it shows, or the beginning of its text."""
    if node.get("type") == "file" and node.get("file"):
        return f"[[{_line(node['file'])}{_line(node.get('subpath'))}]]"
    if node.get("url"):
        return f"<{_line(node['url'])}>"
    words = _line(node.get("label") or node.get("text"))
    return words if len(words) <= 80 else words[:79].rstrip() + "…"


def _line(value: object) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""


def _edges(edges: Sequence[Node], nodes: Mapping[str, Node]) -> Iterator[str]:
    """One line for each connection: from, its label, to."""
    for edge in edges:
        ends = [nodes.get(str(edge.get(name))) for name in ("fromNode", "toNode")]
        first, last = (_named(node) or "…" if node is not None else "…" for node in ends)
        backwards, onwards = edge.get("fromEnd") == "arrow", edge.get("toEnd", "arrow") != "none"
        arrow = {(True, True): "↔", (True, False): "←", (False, True): "→", (False, False): "—"}[backwards, onwards]
        label = _line(edge.get("label"))
        yield f"- {first} {arrow} *{label}* {arrow} {last}" if label else f"- {first} {arrow} {last}"
