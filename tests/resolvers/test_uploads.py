"""POST /files and tus at /uploads: what comes in, what goes on, what is refused, and what is left of what broke off."""

import base64
import errno
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from graph.files import staging
from graph.files.store import DiskStore
from graph.service import compose
from graph.settings import Settings
from tests.resolvers.filing import LIMIT, TUS, Filing, filing, leave, soon, unfinished
from tests.world import World


@pytest.fixture(scope="module")
def files(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filing]:
    with filing(world, tmp_path_factory.mktemp("data")) as one:
        yield one


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["errors"][0]["extensions"]["code"]


def record(files: Filing, id_: str) -> dict[str, Any]:
    query = "query F($id: ID!) { file(id: $id) { name mediaType byteSize sha256 storageUri history { nodes { operation origin } } } }"
    file: dict[str, Any] = files.world.ask(query, id=id_)["file"]
    return file


def test_a_whole_file_becomes_a_record_that_is_logged(files: Filing) -> None:
    content = os.urandom(1_000_000)
    told = files.post(content, "scan.pdf")
    digest = hashlib.sha256(content)
    assert told["sha256"] == digest.hexdigest()
    file = record(files, told["id"])
    assert (file["name"], file["mediaType"], file["byteSize"]) == ("scan.pdf", "application/pdf", "1000000")
    assert base64.b64decode(file["sha256"]) == digest.digest()
    assert file["history"]["nodes"] == [{"operation": "INSERT", "origin": "upload"}]
    place = files.data / "files" / told["sha256"][:2] / told["sha256"][2:4] / told["sha256"]
    assert place.read_bytes() == content
    assert (place.stat().st_mode & 0o077, unfinished(files)) == (0, [])


def test_equal_bytes_are_kept_once(files: Filing) -> None:
    first, second = files.post(b"the same", "a.txt"), files.post(b"the same", "b.txt")
    assert first["id"] != second["id"]
    assert len([path for path in files.stored() if path.name == first["sha256"]]) == 1
    theirs = files.bob.post("/files", content=b"the same").json()
    assert files.bob.get(f"/{theirs['downloadUrl']}").content == b"the same"
    assert len([path for path in files.stored() if path.name == first["sha256"]]) == 1


def test_an_empty_file_is_a_file(files: Filing) -> None:
    told = files.post(b"", "empty.txt")
    assert (told["byteSize"], files.alice.get(f"/{told['downloadUrl']}").content) == (0, b"")
    upload = files.begin(0, filename="nothing")
    assert files.head(upload).headers["upload-offset"] == "0"
    assert record(files, upload.removeprefix("/uploads/"))["byteSize"] == "0"


def test_a_length_that_nobody_announced(files: Filing) -> None:
    def pieces() -> Iterator[bytes]:
        for n in range(5):
            yield bytes([n]) * 100_000

    answer = files.alice.post("/files", content=pieces())
    assert (answer.status_code, answer.json()["byteSize"]) == (201, 500_000)
    assert len(files.alice.get(f"/{answer.json()['downloadUrl']}").content) == 500_000


def test_what_is_too_large_is_refused_and_leaves_nothing(files: Filing) -> None:
    before = files.stored()

    def pieces() -> Iterator[bytes]:
        for _ in range(4):
            yield bytes(1_000_000)

    assert code(files.alice.post("/files", content=bytes(LIMIT + 1))) == (413, "UPLOAD_TOO_LARGE")
    assert code(files.alice.post("/files", content=pieces())) == (413, "UPLOAD_TOO_LARGE")
    announced = files.alice.post("/uploads", headers=TUS | {"upload-length": str(LIMIT + 1)})
    assert code(announced) == (413, "UPLOAD_TOO_LARGE")
    assert files.stored() == before


def test_a_coded_body_and_a_form_are_refused(files: Filing) -> None:
    coded = files.alice.post("/files", content=b"x", headers={"content-encoding": "gzip"})
    assert code(coded) == (415, "UNSUPPORTED_MEDIA_TYPE")
    assert code(files.alice.post("/files", files={"file": b"x"})) == (415, "UNSUPPORTED_MEDIA_TYPE")


def test_a_client_that_leaves_leaves_nothing(files: Filing) -> None:
    before = files.stored()
    leave(files, b"POST /files HTTP/1.1\r\ncontent-length: 100000\r\n", b"x" * 50_000)
    assert soon(lambda: unfinished(files) == [] and files.stored() == before)


def test_what_is_spoken(files: Filing) -> None:
    answer = files.alice.options("/uploads")
    assert answer.status_code == 204
    assert answer.headers["tus-version"] == "1.0.0"
    assert answer.headers["tus-max-size"] == str(LIMIT)
    assert answer.headers["tus-extension"] == "creation,creation-with-upload,expiration,termination"
    old = files.alice.post("/uploads", headers={"tus-resumable": "0.2.2", "upload-length": "1"})
    assert (code(old), old.headers["tus-version"]) == ((412, "TUS_VERSION"), "1.0.0")


def test_an_upload_in_parts(files: Filing) -> None:
    content = os.urandom(LIMIT)
    upload = files.begin(len(content), filename="Ferien.mp4", filetype="video/mp4")
    offset = 0
    for size in (1, 999_999, 1_500_000, LIMIT):
        part = content[offset : offset + size]
        answer = files.patch(upload, offset, part)
        offset += len(part)
        assert (answer.status_code, answer.headers["upload-offset"]) == (204, str(offset))
        assert answer.headers["tus-resumable"] == "1.0.0"
        assert ("upload-expires" in answer.headers) == (offset < LIMIT)
    file = record(files, upload.removeprefix("/uploads/"))
    assert (file["name"], file["mediaType"], file["byteSize"]) == ("Ferien.mp4", "video/mp4", str(LIMIT))
    assert files.alice.get(upload.replace("uploads", "files")).content == content
    assert unfinished(files) == []


def test_after_its_end_an_upload_still_says_so(files: Filing) -> None:
    upload = files.begin(3)
    assert files.patch(upload, 0, b"abc").status_code == 204
    head = files.head(upload)
    assert (head.headers["upload-offset"], head.headers["upload-length"]) == ("3", "3")
    assert files.patch(upload, 3, b"").status_code == 204
    assert code(files.patch(upload, 0, b"abc")) == (409, "WRONG_OFFSET")
    assert len(record(files, upload.removeprefix("/uploads/"))["history"]["nodes"]) == 1


def test_a_broken_line_loses_only_what_was_not_sent(files: Filing) -> None:
    content = os.urandom(100_000)
    upload = files.begin(len(content))
    head = f"PATCH {upload} HTTP/1.1\r\ntus-resumable: 1.0.0\r\nupload-offset: 0\r\ncontent-length: 100000\r\n"
    leave(files, f"{head}content-type: application/offset+octet-stream\r\n".encode(), content[:60_000])
    assert soon(lambda: files.head(upload).headers["upload-offset"] == "60000")
    assert soon(lambda: files.patch(upload, 60_000, content[60_000:]).status_code == 204)
    assert files.alice.get(upload.replace("uploads", "files")).content == content


def test_another_process_goes_on_where_one_was_killed(files: Filing, world: World) -> None:
    content = os.urandom(50_000)
    upload = files.begin(len(content))
    files.patch(upload, 0, content[:20_000])
    with filing(world, files.data) as later:
        assert later.patch(upload, 20_000, content[20_000:]).status_code == 204
        assert later.alice.get(upload.replace("uploads", "files")).content == content


@pytest.mark.parametrize("killed_at", ["digest", "store", "record"])
def test_a_process_that_is_killed_at_the_end_is_made_up_for(
    files: Filing, world: World, killed_at: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = f"killed at {killed_at}".encode()
    upload = files.begin(len(content))
    broken = {
        "digest": "graph.files.staging.Staging.save",
        "store": "graph.files.store.DiskStore.keep",
        "record": "graph.records.write.Records.create",
    }[killed_at]

    async def killed(*_: object, **__: object) -> None:
        raise RuntimeError("killed")

    def killed_there(*_: object, **__: object) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as patched:
        patched.setattr(broken, killed_there if killed_at == "digest" else killed)
        assert files.patch(upload, 0, content).status_code == 500
        assert files.alice.get(upload.replace("uploads", "files")).status_code == 404
    with filing(world, files.data) as later:
        assert later.head(upload).headers["upload-offset"] == str(len(content))
        assert later.alice.get(upload.replace("uploads", "files")).content == content
        assert unfinished(later) == []


@pytest.mark.parametrize("there", [True, False])
def test_an_upload_that_lacks_its_record_needs_its_bytes(
    files: Filing, world: World, there: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where somebody removed them it is unknown; where they are, they are its user's again."""
    content = f"without a record: {there}".encode()
    place = DiskStore(files.data / "files").place(hashlib.sha256(content).digest())

    async def killed(*_: object, **__: object) -> None:
        raise RuntimeError("killed")

    upload = files.begin(len(content))
    with monkeypatch.context() as patched:
        patched.setattr("graph.records.write.Records.create", killed)
        assert files.patch(upload, 0, content).status_code == 500
    place.with_name(f"{place.name}.{world.alice.hex}").unlink()
    if not there:
        place.unlink()
    with filing(world, files.data) as later:
        assert later.head(upload).status_code == (200 if there else 404)
        answer = later.alice.get(upload.replace("uploads", "files"))
        assert (answer.status_code, answer.content == content) == (200 if there else 404, there)


def test_a_full_disk_is_said_and_loses_nothing(files: Filing, monkeypatch: pytest.MonkeyPatch) -> None:
    content = os.urandom(10_000)
    upload = files.begin(len(content))
    assert files.patch(upload, 0, content[:4000]).status_code == 204
    before = files.stored()
    with monkeypatch.context() as patched:
        written = os.write

        def full(descriptor: int, data: bytes) -> int:
            if Path(f"/proc/self/fd/{descriptor}").readlink().suffix == ".part":
                raise OSError(errno.ENOSPC, "No space left on device")
            return written(descriptor, data)

        patched.setattr(staging.os, "write", full)
        assert code(files.patch(upload, 4000, content[4000:])) == (507, "STORAGE_FULL")
        assert code(files.alice.post("/files", content=b"xyz")) == (507, "STORAGE_FULL")
    assert files.stored() == before
    monkeypatch.setattr("graph.files.staging.shutil.disk_usage", lambda _: type("Usage", (), {"free": 5}))
    assert code(files.alice.post("/files", content=b"123456")) == (507, "STORAGE_FULL")
    assert files.patch(upload, 4000, content[4000:]).status_code == 204
    assert files.alice.get(upload.replace("uploads", "files")).content == content


def test_what_tus_refuses(files: Filing) -> None:
    upload = files.begin(10)
    assert code(files.patch(upload, 3, b"x")) == (409, "WRONG_OFFSET")
    assert code(files.patch(upload, 0, b"x", **{"content-type": "text/plain"})) == (415, "UNSUPPORTED_MEDIA_TYPE")
    assert code(files.patch(upload, 0, b"x", **{"upload-offset": "-1"})) == (400, "BAD_HEADER")
    assert code(files.patch(upload, 0, b"x" * 11)) == (413, "UPLOAD_TOO_LARGE")
    assert code(files.alice.post("/uploads", headers=TUS)) == (400, "BAD_HEADER")
    assert code(files.alice.post("/uploads", headers=TUS | {"upload-length": "1", "upload-metadata": "a ?"})) == (400, "BAD_HEADER")  # fmt: skip
    assert files.head(upload).headers["upload-offset"] == "0"


def test_an_upload_is_of_one_user(files: Filing) -> None:
    upload = files.begin(10)
    assert files.bob.head(upload, headers=TUS).status_code == 404
    assert code(files.bob.delete(upload, headers=TUS)) == (404, "UPLOAD_UNKNOWN")
    assert files.head(upload).status_code == 200


def test_an_upload_is_given_up(files: Filing) -> None:
    upload = files.begin(10)
    files.patch(upload, 0, b"12345")
    assert files.alice.delete(upload, headers=TUS).status_code == 204
    assert files.head(upload).status_code == 404
    assert upload.removeprefix("/uploads/") not in str(files.stored())


def test_creation_with_the_first_bytes_and_another_method_by_header(files: Filing) -> None:
    said = TUS | {"upload-length": "6", "content-type": "application/offset+octet-stream"}
    answer = files.alice.post("/uploads", content=b"abc", headers=said)
    assert (answer.status_code, answer.headers["upload-offset"]) == (201, "3")
    upload = f"/{answer.headers['location']}"
    more = said | {"upload-offset": "3", "x-http-method-override": "PATCH"}
    assert files.alice.post(upload, content=b"def", headers=more).status_code == 204
    assert files.alice.get(upload.replace("uploads", "files")).content == b"abcdef"


def test_what_nobody_goes_on_with_expires(files: Filing, world: World) -> None:
    old, young = files.begin(10), files.begin(10)
    for path in unfinished(files):
        if UUID(old.removeprefix("/uploads/")) == UUID(path.stem):
            os.utime(path, (0, 0))
    with filing(world, files.data) as later:
        service = compose(Settings(data_dir=files.data), world.catalog, world.database)
        assert world.run(service.uploads.expire()) == 1
        assert later.head(old).status_code == 404
        assert later.head(young).status_code == 200
