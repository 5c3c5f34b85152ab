"""Rows a few hundred at a time, so that what hangs on them is asked for together."""

from collections.abc import AsyncIterator, Sequence

from graph.exporters.base import Life, Row

AT_ONCE = 500


async def batches(life: Life, table: str, order: Sequence[str]) -> AsyncIterator[list[Row]]:
    """All rows of a table in this order, cut into lists."""
    batch: list[Row] = []
    async for row in life.rows(table, order):
        batch.append(row)
        if len(batch) == AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch
