"""What a page says of itself: whether there is more of the list, and the cursors of its two ends."""

from graph.plan.nodes import Bounds, Page, PageInfo
from graph.plan.order import cursor_of
from graph.plan.values import Writer, literal


def asks_for_rows(output: PageInfo, bounds: Bounds) -> bool:
    """Whether it takes the page's rows to answer: which way a page was entered is known without them."""
    return any(name in ("startCursor", "endCursor", _onward(bounds)) for _, name in output.fields)


def checked(writer: Writer, node: Page, near: str) -> str:
    """A condition that always holds: it brings in the arguments of a page nobody looks into, so bad ones are refused.

    PostgreSQL folds the whole of it into true before it plans.
    """
    return f"(true OR EXISTS ({node.source.page(writer, near, node.bounds, 0)}))"


def _onward(bounds: Bounds) -> str:
    return "hasPreviousPage" if bounds.backward else "hasNextPage"


def page_info(output: PageInfo, node: Page, p: str, size: str) -> str:
    """The SQL over the numbered rows `p`, of which there are one more than `size` where the list goes on."""
    more = f"coalesce(max({p}.n) > {size}, false)"
    backward = node.bounds.backward
    first, last = (_cursor_at(node, p, place, size) for place in ("1", f"least({size}, count(*))"))
    values = {
        "hasNextPage": _known(node.bounds.before is not None) if backward else more,
        "hasPreviousPage": more if backward else _known(node.bounds.after is not None),
        "startCursor": last if backward else first,
        "endCursor": first if backward else last,
    }
    pairs = ", ".join(f"{literal(key)} VALUE {values.get(name) or literal('PageInfo')}" for key, name in output.fields)
    return f"json_object({pairs} RETURNING json)"


def _cursor_at(node: Page, p: str, place: str, size: str) -> str:
    """The cursor of one row of the page; it costs more than the rest of a row, so it is not made for all of them."""
    order = node.source.order
    keys = [f"(array_agg({p}.k{n} ORDER BY {p}.n))[{place}]" for n in range(len(order))]
    return f"CASE WHEN least({size}, count(*)) > 0 THEN {cursor_of(order, keys)} END"


def _known(value: bool) -> str:
    return "true" if value else "false"
