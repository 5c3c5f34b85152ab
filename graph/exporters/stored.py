"""The bytes of files: those that were kept, or uploaded, or that are still where they were found."""

from collections.abc import Iterable
from hashlib import sha256

from graph.exporters.base import Life, Row


async def bytes_of(life: Life, file: Row) -> bytes | None:
    """What a `files` row stands for, if it is here. Bytes that do not have its digest are not its bytes."""
    kept = (await life.raw([file["id"]])).get(file["id"])
    if kept is None and file["sha256"]:
        kept = await life.contents(file["sha256"])
    if kept is None or (file["sha256"] and sha256(kept).digest() != file["sha256"]):
        return None
    return kept


async def by_digest(life: Life, digests: Iterable[str]) -> dict[str, tuple[Row, bytes]]:
    """Files and their bytes by their digests in hexadecimal digits, as far as they are here."""
    rows = await life.files({bytes.fromhex(one) for one in digests if _is_digest(one)})
    found = {digest.hex(): (row, await bytes_of(life, row)) for digest, row in rows.items()}
    return {digest: (row, data) for digest, (row, data) in found.items() if data is not None}


def _is_digest(text: object) -> bool:
    return isinstance(text, str) and len(text) == 64 and all(sign in "0123456789abcdef" for sign in text)
