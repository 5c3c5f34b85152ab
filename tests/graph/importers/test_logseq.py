"""Graphs of Logseq: what pages say besides their text, in Markdown and Org, and whiteboards."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from graph.extraction.mentions import mentions
from graph.importers.base import Item, To
from graph.importers.vault.logseq import page
from graph.importers.vault.markdown import MarkdownVault
from schema_sql.migrate import declared
from tests.graph.household import Household, write
from tests.graph.importers.bringing import reasons, told

ID = "60a1b2c3-0000-4000-8000-0123456789ab"
BOAT = f"""\
title:: Boats
alias:: ship, [[Vessel, old]]
tags:: [[On water]], #sea
rangeIncludes:: [[A]]
rangeIncludes:: [[B]]

- A block
  id:: {ID}
  colour:: red
- TODO [#A] Paint it #boat #[[big work]]
  SCHEDULED: <2021-05-26 Wed 7:00 .+1d>
  DEADLINE: <2021-05-31 Mon>
  collapsed:: true
  in blue
\t- DOING Buy paint
\t  :LOGBOOK:
\t  CLOCK: [2021-09-01 Wed 15:15:01]--[2021-09-01 Wed 15:16:01] =>  00:01:00
\t  :END:
- DONE Sand it
  done:: 1614350275750
  id:: 60a1b2c3-0000-4000-8000-0123456789ac
- CANCELED Sell it
- ```
  - TODO not this
  ```
- #+BEGIN_SRC
  - TODO nor this
  #+END_SRC
- TODOs are no tasks
"""
ORG = """\
#+TITLE: Knots
#+ALIAS: Bends
#+PROPERTY: x

* Old
:PROPERTIES:
:id: 60a1b2c3-0000-4000-8000-0123456789ad
:END:
** TODO Learn
DEADLINE: <2021-05-31 Mon +2w>
#+BEGIN_SRC
* TODO not this
#+END_SRC
"""
BOARD = f'{{:blocks ({{:block/properties {{:logseq.tldraw.shape {{:text "Say \\"hi\\"\\nnow"}}}}}} {{:pageId "Boats"}} {{:pageId "{ID}"}} {{:label ""}})}}'
GRAPH: dict[str, str | bytes] = {
    "logseq/config.edn": "{}",
    "pages/boat.md": BOAT,
    "pages/Knots.org": ORG,
    "pages/Links.md": f"- See (({ID})) and [there]((({ID})))\n- {{{{embed (({ID}))}}}}\n- {{{{embed [[Knots]]}}}}",
    "journals/2021_05_31.org": "* LATER Rest",
    "whiteboards/Plan.edn": BOARD,
    "assets/map.org": "no page",
}


def found(tmp_path: Path, files: dict[str, str | bytes] | None = None) -> dict[str, Item]:
    every = list(MarkdownVault().extract(write(tmp_path, files or GRAPH)))
    assert all(isinstance(one, Item) for one in every)
    return {one.key: one for one in every if isinstance(one, Item)}


def tasks(item: Item) -> dict[str, dict[str, Any]]:
    return {str(row.values["summary"]): dict(row.values) for row in item.rows if row.table == "tasks"}


def test_a_page(tmp_path: Path) -> None:
    item = found(tmp_path)["note:pages/boat.md"]
    note = item.rows[0].values
    assert (note["title"], note["content"]) == ("Boats", BOAT)
    names = ["ship", "Vessel, old", "boat", ID, "60a1b2c3-0000-4000-8000-0123456789ac"]
    assert note["aliases"] == names
    assert note["custom_fields"] == {"rangeIncludes": ["[[A]]", "[[B]]"], "tags": ["On water", "sea"]}
    assert item.raw is None


def test_tasks(tmp_path: Path) -> None:
    by_name = tasks(found(tmp_path)["note:pages/boat.md"])
    assert list(by_name) == ["Paint it #boat #[[big work]]", "Buy paint", "Sand it", "Sell it"]
    paint, buy, sand, sell = by_name.values()
    assert (paint["status"], paint["priority"], paint["rrule"]) == ("NEEDS-ACTION", 1, "FREQ=DAILY;INTERVAL=1")
    assert (paint["dtstart"], paint["due_date"]) == (datetime(2021, 5, 26, 7, tzinfo=UTC), date(2021, 5, 31))
    assert paint["floating"]
    assert paint["description"] == "in blue\n[[pages/boat|Boats]]"
    assert paint["custom_fields"]["tags"] == ["boat", "big work"]
    assert paint["custom_fields"]["collapsed"] == "true"
    assert (buy["status"], buy["parent_id"]) == ("IN-PROCESS", To(str(paint["uid"])))
    assert len(buy["custom_fields"]["logbook"]) == 1
    assert sand["completed"] == datetime(2021, 2, 26, 14, 37, 55, 750000, UTC)
    assert sand["description"] == "((60a1b2c3-0000-4000-8000-0123456789ac))"
    assert sell["status"] == "CANCELLED"


def test_org_and_whiteboards(tmp_path: Path) -> None:
    graph = found(tmp_path)
    knots = graph["note:pages/Knots.org"]
    assert (knots.rows[0].values["title"], knots.rows[0].values["content_format"]) == ("Knots", "plain")
    assert knots.rows[0].values["aliases"] == ["Bends", "60a1b2c3-0000-4000-8000-0123456789ad"]
    learn = tasks(knots)["Learn"]
    assert (learn["due_date"], learn["rrule"]) == (date(2021, 5, 31), "FREQ=WEEKLY;INTERVAL=2")
    assert graph["diary:journals/2021_05_31.org"].rows[0].values["entry_date"] == date(2021, 5, 31)
    assert list(tasks(graph["diary:journals/2021_05_31.org"])) == ["Rest"]
    board = graph["note:whiteboards/Plan.edn"]
    assert (board.rows[0].values["title"], board.raw) == ("Plan", BOARD.encode())
    assert board.rows[0].values["content"] == f'Say "hi"\nnow\n\n[[Boats]]\n\n(({ID}))'
    assert "file:assets/map.org" in graph
    assert "file:logseq/config.edn" in graph


def test_properties_in_the_first_bullet_are_of_the_page() -> None:
    said = page("- alias:: a\n  kind:: b\n- c:: d", org=False)
    assert (said.aliases, said.fields) == (["a"], {"kind": "b"})
    assert page("- kind:: b\n  and a text", org=False).fields == {}
    assert page("Text\nkind:: b", org=False).fields == {"kind": "b"}


def test_other_vaults_keep_their_files(tmp_path: Path) -> None:
    graph = found(tmp_path, {"pages/a.md": "- TODO x\n  k:: v", "pages/b.org": "* TODO y", "whiteboards/c.edn": "{}"})
    assert {"note:pages/a.md", "file:pages/b.org", "file:whiteboards/c.edn"} <= set(graph)
    assert len(graph["note:pages/a.md"].rows) == 1
    assert not MarkdownVault().identify(tmp_path / "pages/b.org")


def test_every_value_has_a_column(tmp_path: Path) -> None:
    tables = declared().entities
    for row in (row for item in found(tmp_path).values() for row in item.rows):
        assert row.values.keys() <= tables[row.table].by_name.keys()


def test_links_of_org() -> None:
    said = [(one.target, one.alias) for one in mentions("[[https://x.org][web]] [[file:../pages/b.org][B]] [[Page]]")]
    assert said == [("../pages/b.org", "B"), ("Page", None)]


def test_references_to_blocks() -> None:
    said = [
        (one.kind, one.target, one.text)
        for one in mentions(f"((x)) (({ID})) `(({ID}))` {{{{embed (({ID}))}}}} [a]((({ID})))")
    ]
    assert said == [("wikilink", ID, f"(({ID}))"), ("embed", ID, f"(({ID}))"), ("link", ID, f"[a]((({ID})))")]


_LINES = st.sampled_from(
    ["- TODO a", "  - DONE b", "```", "  ```", "* TODO c", "k:: v", ":PROPERTIES:", ":id: x", ":END:", ":LOGBOOK:", "", "#+BEGIN_SRC",
     "#+END_SRC", "  SCHEDULED: <2021-02-30 Sat>", "- DEADLINE: <2021-05-31 Mon 25:00>", "id:: " + ID, "- - -", "-"]
)  # fmt: skip


@given(st.lists(_LINES | st.text(max_size=12), max_size=14), st.booleans())
def test_any_page_can_be_read(lines: list[str], org: bool) -> None:
    said = page("\n".join(lines), org=org)
    rows = said.tasks("pages/x.md", "x")
    assert len({row.key for row in rows}) == len(rows)


async def test_a_graph_and_its_links(house: Household, tmp_path: Path) -> None:
    root = write(tmp_path, dict(GRAPH))
    report = await house.bring(root)
    assert not reasons(report)
    assert told(report)["task"] == {"created": 6}
    boat, links = [await house.value("SELECT id FROM notes WHERE title = $1", title) for title in ("Boats", "Links")]
    relations = await house.column(
        "SELECT relation FROM entity_links WHERE source_id = $1 AND target_id = $2 ORDER BY relation", links, boat
    )
    assert set(relations) == {"EMBEDS", "LINKS_TO"}
    assert (
        await house.value("SELECT count(*) FROM entity_links WHERE source_type = 'task' AND target_id = $1", boat) == 4
    )
    assert not (await house.bring(root)).changes
    (root / "pages/boat.md").write_text(
        BOAT.replace("CANCELED Sell it", "done with it").replace("DOING Buy", "DONE Buy")
    )
    assert told(await house.bring(root))["task"] == {"updated": 1, "deleted": 1, "unchanged": 4}
