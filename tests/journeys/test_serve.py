"""`lifeloom serve` as a process: the start URL, the first answer, its size, its end, and other commands beside it."""

import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from graph.database.postmaster import Postmaster
from tests.conftest import directory
from tests.journeys.serving import PATIENCE, Serving, ask, done, lifeloom, serving

NOTES = "{ notes(first: 3) { totalCount nodes { title links { nodes { label } } } } }"


def server_of(data: Path) -> Postmaster | None:
    return Postmaster.find(data / "postgres")


@pytest.fixture(scope="module")
def demo() -> Iterator[Serving]:
    """A new instance with the demonstration, served; ended and left without a server."""
    with directory() as place, serving(place / "data", "--demo") as running:
        yield running
        assert running.end() == 0
        assert server_of(running.data) is None


@pytest.fixture(scope="module")
def token(demo: Serving) -> str:
    status, out, _ = done("token", "create", "--name", "test", data=demo.data)
    assert status == 0
    return out.splitlines()[-1]


def test_the_start_url_signs_a_browser_in_once(demo: Serving) -> None:
    assert httpx.get(f"{demo.address}/health").json() == {"status": "ok"}
    assert httpx.post(f"{demo.address}/graphql", json={"query": NOTES}).status_code == 401
    headers = {"accept": "text/html", "sec-fetch-mode": "navigate", "sec-fetch-site": "none"}
    with httpx.Client(headers=headers) as browser:
        page = browser.get(demo.url, follow_redirects=True)
        assert page.status_code == 200
        assert "Lifeloom" in page.text
    assert httpx.get(demo.url).status_code == 401


def test_the_demonstration_is_a_life_with_links(demo: Serving, token: str) -> None:
    query = "{ notes { totalCount } contacts { totalCount } events { totalCount } tasks { totalCount } }"
    counts = ask(demo.address, token, query)
    assert all(kind["totalCount"] > 5 for kind in counts.values())  # type: ignore[index]
    data = ask(demo.address, token, "{ notes(first: 50) { nodes { links { nodes { recordType } } } } }")
    linked = {link["recordType"] for note in data["notes"]["nodes"] for link in note["links"]["nodes"]}  # type: ignore[index]
    assert linked >= {"NOTE", "CONTACT", "TAG"}


def test_other_commands_work_beside_it_and_it_sees_what_they_write(demo: Serving, token: str, tmp_path: Path) -> None:
    (tmp_path / "Beacon.md").write_text("See [[Harbour notebook]].\n", "utf-8")
    (tmp_path / "Lamp.md").write_text("See [[Beacon]].\n", "utf-8")
    assert done("import", str(tmp_path), data=demo.data)[0] == 0
    query = (
        '{ notes(filter: {title: {eq: "Beacon"}}) { nodes { links(relations: ["LINKS_TO"]) { nodes { label } } } } }'
    )
    data = ask(demo.address, token, query)
    links = {link["label"] for link in data["notes"]["nodes"][0]["links"]["nodes"]}  # type: ignore[index]
    assert links == {"Harbour notebook", "Lamp"}
    status, out, _ = done("doctor", data=demo.data)
    assert (status, out.splitlines()[-1]) == (0, "All is well.")


def test_a_note_written_through_the_door_is_linked_by_the_worker(demo: Serving, token: str) -> None:
    ask(demo.address, token, 'mutation { createNote(input: {title: "Buoy", content: "At [[Home]]."}) { id } }')
    query = '{ notes(filter: {title: {eq: "Buoy"}}) { nodes { links { nodes { label } } } } }'
    deadline = time.monotonic() + PATIENCE
    while not (links := ask(demo.address, token, query)["notes"]["nodes"][0]["links"]["nodes"]):  # type: ignore[index]
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert links == [{"label": "Home"}]


def test_one_directory_has_one_server(demo: Serving) -> None:
    status, out, err = done("serve", "--port", "0", data=demo.data)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert f"already served by the process {demo.process.pid}" in err


def test_a_taken_port_is_told_before_anything_is_started(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        status, _, err = done("serve", "--port", str(taken.getsockname()[1]), data=tmp_path / "data")
    assert (status, err.count("\n")) == (2, 1)
    assert "Address already in use" in err
    assert not (tmp_path / "data").exists()


def test_it_is_small_and_soon_there_and_goes_when_told(data_dir: Path) -> None:
    status, out, _ = done("token", "create", "--name", "test", data=data_dir)
    assert status == 0
    with serving(data_dir, LIFELOOM_USER="") as again:
        assert ask(again.address, out.splitlines()[-1], NOTES) == {"notes": {"totalCount": 0, "nodes": []}}
        spent = psutil.Process(again.process.pid).cpu_times()
        assert spent.user + spent.system < 5  # 2.6 alone; beside the other worker of the suite a core does less
        assert psutil.Process(again.process.pid).memory_full_info().pss < 200e6
        assert again.end(signal.SIGINT) == 0
    assert server_of(data_dir) is None


def test_it_comes_back_after_it_was_killed(data_dir: Path) -> None:
    with serving(data_dir, LIFELOOM_USER="ana") as first:
        first.end(signal.SIGKILL)
    status, out, _ = done("user", "list", data=data_dir)
    assert status == 0
    assert out.splitlines()[1].split()[0] == "ana"
    with serving(data_dir) as second:
        assert httpx.get(f"{second.address}/health").status_code == 200
        assert second.end() == 0
    assert server_of(data_dir) is None


@pytest.mark.parametrize("after", [0.9, 1.6])
def test_it_can_be_stopped_while_it_starts(data_dir: Path, after: float) -> None:
    process = lifeloom("serve", "--port", "0", data=data_dir)
    time.sleep(after)
    process.terminate()
    _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode in (0, -signal.SIGTERM)
    assert "Traceback" not in err
    assert server_of(data_dir) is None
