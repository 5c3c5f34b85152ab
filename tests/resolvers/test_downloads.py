"""GET /files: whose they are, which part, which state, and what a browser may do with them."""

import base64
import hashlib
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolvers.files.headers import RangeUnsatisfiable, disposition_name, name_of, of_file, range_of
from tests.resolvers.filing import Filing, filing
from tests.world import World

BYTES = bytes(range(256)) * 40
FOUND = BYTES[::-1]
"""What nobody uploaded."""
SIZES = st.integers(0, 2000)


@pytest.fixture(scope="module")
def files(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filing]:
    with filing(world, tmp_path_factory.mktemp("data")) as one:
        yield one


@pytest.fixture(scope="module")
def address(files: Filing) -> str:
    return f"/{files.post(BYTES, 'Straße №1.png', 'image/png')['downloadUrl']}"


def test_a_file_comes_as_it_went(files: Filing, address: str) -> None:
    answer = files.alice.get(address)
    assert (answer.status_code, answer.content) == (200, BYTES)
    digest = hashlib.sha256(BYTES).hexdigest()
    assert answer.headers["etag"] == f'"{digest}"'
    assert answer.headers["content-length"] == str(len(BYTES))
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["cache-control"] == "private, max-age=31536000, immutable"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert name_of(answer.headers["content-disposition"].encode()) == "Straße №1.png"


def test_without_its_digest_an_address_may_change_and_is_asked_again(files: Filing, address: str) -> None:
    plain = address.partition("?")[0]
    assert files.alice.get(plain).headers["cache-control"] == "private, no-cache"
    for wrong in ("0" * 64, "x"):
        assert files.alice.get(f"{plain}?sha256={wrong}").status_code == 404


def test_head_is_get_without_the_bytes(files: Filing, address: str) -> None:
    got, head = files.alice.get(address), files.alice.head(address, headers={"range": "bytes=0-1"})
    assert (head.status_code, head.content) == (200, b"")
    assert {**head.headers, "date": ""} == {**got.headers, "date": ""}


def test_what_is_known_is_not_sent_again(files: Filing, address: str) -> None:
    etag = files.alice.head(address).headers["etag"]
    for known in (etag, f'"x", W/{etag}', "*"):
        answer = files.alice.get(address, headers={"if-none-match": known})
        assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", etag), known
    assert files.alice.get(address, headers={"if-none-match": '"other"'}).status_code == 200


def test_nobody_else_gets_it_and_nobody_without_a_token(files: Filing, address: str) -> None:
    answer = files.bob.get(address)
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (404, "NOT_FOUND")
    assert files.alice.get(address, headers={"authorization": "Bearer x"}).status_code == 401
    assert files.alice.get(f"/files/{uuid4()}").status_code == 404
    assert files.alice.get(address, headers={"host": "evil.example"}).status_code == 421
    assert files.alice.get(address, headers={"origin": "http://evil.example"}).status_code == 403


def test_a_cookie_serves_our_own_pages_only(files: Filing, address: str) -> None:
    token = files.alice.headers["authorization"].removeprefix("Bearer ")
    cookie = {"cookie": f"lifeloom_{files.alice.base_url.port}={token}"}
    with files.alice.__class__(base_url=files.alice.base_url, headers=cookie) as browser:
        assert browser.get(address, headers={"sec-fetch-site": "same-origin"}).status_code == 200
        assert browser.get(address, headers={"sec-fetch-site": "same-site"}).status_code == 403
        for path in ("/files", "/uploads"):
            assert browser.post(path, content=b"x").status_code == 403
            foreign = {"sec-fetch-site": "same-site", "origin": "http://127.0.0.1:1"}
            assert browser.post(path, content=b"x", headers=foreign).status_code == 403
        own = {"sec-fetch-site": "same-origin", "origin": str(files.alice.base_url).rstrip("/")}
        assert browser.post("/files", content=b"x", headers=own).status_code == 201


def test_to_know_a_digest_is_no_permission(files: Filing, address: str) -> None:
    digest = hashlib.sha256(BYTES).digest()
    add = "INSERT INTO files (user_id, name, byte_size, sha256, storage_uri) VALUES ($1, 'x', 1, $2, $3) RETURNING id"
    claimed = files.world.value(add, files.world.bob, digest, "ni:///sha-256;x")
    answer = files.bob.get(f"/files/{claimed}")
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (404, "BYTES_GONE")


def test_a_deleted_file_is_gone_until_it_is_restored(files: Filing) -> None:
    told = files.post(b"for a while")
    address = f"/{told['downloadUrl']}"
    files.world.ask("mutation D($id: ID!) { deleteFile(id: $id) { id } }", id=told["id"])
    assert files.alice.get(address).status_code == 404
    files.world.ask("mutation R($id: ID!) { restoreFile(id: $id) { id } }", id=told["id"])
    assert files.alice.get(address).content == b"for a while"


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        ("bytes=0-0", (0, 1)),
        ("bytes=5-", (5, 10240)),
        ("bytes=-7", (10233, 10240)),
        ("bytes=10000-99999", (10000, 10240)),
        ("Bytes=1-2", (1, 3)),
    ],
)
def test_a_part(files: Filing, address: str, asked: str, part: tuple[int, int]) -> None:
    answer = files.alice.get(address, headers={"range": asked})
    start, end = part
    assert (answer.status_code, answer.content) == (206, BYTES[start:end])
    assert answer.headers["content-range"] == f"bytes {start}-{end - 1}/10240"
    assert answer.headers["content-length"] == str(end - start)


def test_a_part_of_the_state_that_is_meant(files: Filing, address: str) -> None:
    etag = files.alice.head(address).headers["etag"]
    for if_range, status in ((etag, 206), ('"old"', 200), (f"W/{etag}", 200), ("Mon, 01 Jan 2024 00:00:00 GMT", 200)):
        answer = files.alice.get(address, headers={"range": "bytes=1-2", "if-range": if_range})
        assert answer.status_code == status, if_range


def test_a_part_that_is_not_there(files: Filing, address: str) -> None:
    for asked in ("bytes=10240-", "bytes=-0"):
        answer = files.alice.get(address, headers={"range": asked})
        assert (answer.status_code, answer.headers["content-range"]) == (416, "bytes */10240")
    for ignored in ("bytes=3-2", "bytes=0-1,5-6", "lines=1-2", "bytes=", "bytes=-", "bytes=a-b"):
        assert files.alice.get(address, headers={"range": ignored}).status_code == 200, ignored


@given(size=SIZES, start=SIZES | st.just(2**60), end=SIZES | st.none())
def test_any_range_lies_within_the_file(size: int, start: int, end: int | None) -> None:
    asked = f"bytes={start}-{'' if end is None else end}".encode()
    if end is not None and end < start:
        assert range_of(asked, size) is None
    elif start >= size:
        with pytest.raises(RangeUnsatisfiable):
            range_of(asked, size)
    else:
        first, behind = range_of(asked, size) or (-1, -1)
        assert (first, behind) == (start, size if end is None else min(end + 1, size))
        assert 0 <= first < behind <= size


@given(size=SIZES, count=st.integers(1, 3000))
def test_the_last_bytes(size: int, count: int) -> None:
    assert range_of(b"bytes=-%d" % count, size) == ((max(0, size - count), size) if size else None)


@given(st.binary(max_size=30), SIZES)
def test_what_is_no_range_is_the_whole_or_refused(header: bytes, size: int) -> None:
    try:
        part = range_of(header, size)
    except RangeUnsatisfiable:
        return
    assert part is None or 0 <= part[0] < part[1] <= size


@given(st.text(min_size=1).filter(str.isprintable))
def test_a_name_comes_back_as_it_went(name: str) -> None:
    assert name_of(f"attachment; {disposition_name(name)}".encode("latin-1")) == name


@pytest.mark.parametrize(
    ("kind", "shown", "said"),
    [
        ("image/jpeg", True, "image/jpeg"),
        ("image/svg+xml", False, "image/svg+xml"),
        ("text/html", False, "text/html; charset=utf-8"),
        ("text/html; charset=utf-7", False, "text/html; charset=utf-8"),
        ("text/plain", True, "text/plain; charset=utf-8"),
        ("application/pdf", True, "application/pdf"),
        ("application/xhtml+xml", False, "application/xhtml+xml"),
        ("video/mp4", True, "video/mp4"),
        ("image/png\r\nset-cookie: a=b", False, "application/octet-stream"),
        ("no type", False, "application/octet-stream"),
    ],
)
def test_what_can_run_scripts_is_not_shown(kind: str, shown: bool, said: str) -> None:
    headers = of_file("a", kind)
    assert headers["content-disposition"].startswith("inline" if shown else "attachment")
    assert headers["content-type"] == said
    assert ("sandbox" in headers["content-security-policy"]) == (said != "application/pdf")


def test_what_an_import_found_on_the_disk(files: Filing, tmp_path: Path) -> None:
    place = tmp_path / "Größe 100%.jpg"
    place.write_bytes(FOUND)
    address = f"/files/{files.imported(place.name, 'image/jpeg', FOUND, place.as_uri())}"
    assert files.alice.get(address).content == FOUND
    assert files.alice.get(address, headers={"range": "bytes=300-309"}).content == FOUND[300:310]
    place.write_bytes(b"another picture")
    assert files.alice.get(address).json()["errors"][0]["extensions"]["code"] == "BYTES_GONE"
    place.unlink()
    assert files.alice.get(address).status_code == 404


def test_what_is_in_an_archive(files: Filing, tmp_path: Path) -> None:
    archive = tmp_path / "take out.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("Photos/ä.jpg", FOUND)
    uri = f"jar:{archive.as_uri()}!/Photos/%C3%A4.jpg"
    address = f"/files/{files.imported('ä.jpg', 'image/jpeg', FOUND, uri)}"
    assert files.alice.get(address).content == FOUND
    assert files.alice.get(address, headers={"range": "bytes=-5"}).content == FOUND[-5:]
    absent = files.imported("b", "image/jpeg", FOUND[1:], f"jar:{archive.as_uri()}!/Photos/b.jpg")
    assert files.alice.get(f"/files/{absent}").status_code == 404


def test_equal_bytes_come_from_where_they_still_are(files: Filing, tmp_path: Path) -> None:
    one, other = tmp_path / "one.jpg", tmp_path / "other.jpg"
    for place in (one, other):
        place.write_bytes(b"found twice")
    address = f"/files/{files.imported('one.jpg', 'image/jpeg', b'found twice', one.as_uri())}"
    files.imported("other.jpg", "image/jpeg", b"found twice", other.as_uri())
    one.unlink()
    assert files.alice.get(address).content == b"found twice"


def test_what_a_record_says_of_a_place_opens_nothing(files: Filing, tmp_path: Path) -> None:
    """Of a path whose digest somebody knows they learn nothing: the server opens what its own imports found."""
    secret = tmp_path / "secret"
    secret.write_bytes(b"of the owner of the machine")
    files.imported("secret", "text/plain", secret.read_bytes(), secret.as_uri())
    archive = tmp_path / "secrets.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("secret", secret.read_bytes())
    digest = base64.b64encode(hashlib.sha256(secret.read_bytes()).digest()).decode()
    create = "mutation C($input: CreateFileInput!) { createFile(input: $input) { id } }"
    update = "mutation U($id: ID!, $input: UpdateFileInput!) { updateFile(id: $id, input: $input) { id } }"
    for place in (secret.as_uri(), f"jar:{archive.as_uri()}!/secret", "ni:///sha-256;x"):
        said = {"sha256": digest, "storageUri": place}
        made = files.world.ask(create, files.world.bob, input={"name": "made"} | said)["createFile"]["id"]
        changed = files.world.ask(create, files.world.bob, input={"name": "changed"})["createFile"]["id"]
        files.world.ask(update, files.world.bob, id=changed, input=said)
        for id_ in (made, changed):
            answer = files.bob.get(f"/files/{id_}")
            assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (404, "BYTES_GONE")


def test_nobody_can_say_over_graphql_what_an_import_found(files: Filing) -> None:
    assert "foundFile" not in files.world.built.sdl and "FoundFile" not in files.world.built.sdl


def test_what_is_no_file_is_never_opened(files: Filing, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for uri in (pipe.as_uri(), tmp_path.as_uri(), "file:///dev/zero", "http://example.org/x", "file://host/x", "jar:x"):
        id_ = files.imported("x", "image/png", b"", uri)
        assert files.alice.get(f"/files/{id_}").status_code == 404, uri


def test_what_an_import_kept_in_the_database(files: Filing) -> None:
    content = os.urandom(2_500_000)
    id_ = files.imported("letter.pdf", "application/pdf", content, None)
    keep = "INSERT INTO raw_records (user_id, record_id, media_type, payload, sha256) VALUES ($1, $2, 'x/y', $3, $4) RETURNING 1"
    files.world.value(keep, files.world.alice, id_, content, hashlib.sha256(content).digest())
    assert files.alice.get(f"/files/{id_}").content == content
    part = files.alice.get(f"/files/{id_}", headers={"range": "bytes=1000000-2400000"})
    assert part.content == content[1_000_000:2_400_001]


def test_graphql_gives_the_address_on_both_paths(files: Filing) -> None:
    told = files.post(b"addressed")
    nowhere = files.world.ask('mutation { createFile(input: {name: "n"}) { id downloadUrl } }')["createFile"]
    assert nowhere["downloadUrl"] is None
    query = "query F($id: ID!) { file(id: $id) { downloadUrl name byteSize } files { totalCount } }"
    for engine in (files.world.engine, files.world.loaders):
        body = files.world.body(query, {"id": told["id"]}, engine=engine)
        assert told["downloadUrl"].encode() in body
    assert files.alice.get(f"/{told['downloadUrl']}").content == b"addressed"
