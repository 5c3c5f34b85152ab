"""What a path holds: vaults as a whole, other files one by one, and what nobody knows is said once a folder."""

from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

from graph.importers.base import Item, Problem
from graph.importers.detection import Found, detect, discover
from graph.importers.vault.markdown import MarkdownVault


class Cards:
    """An importer of single files, told by their suffix."""

    format: ClassVar[str] = "cards"

    def identify(self, path: Path) -> bool:
        return path.suffix == ".vcf" and path.is_file()

    def source(self, path: Path) -> str:
        return f"cards:{path}"

    def extract(self, path: Path) -> Iterator[Item | Problem]:
        yield Problem(str(path), "nothing inside")


IMPORTERS = (MarkdownVault(), Cards())


def held(path: Path) -> list[str]:
    found = discover(path, IMPORTERS)
    return [
        f"{one.importer.format} {one.path.name}" if isinstance(one, Found) else f"{Path(one.where).name}: {one.reason}"
        for one in found
    ]


def write(root: Path, *names: str) -> Path:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()
    return root


def test_a_vault_with_cards_in_it(tmp_path: Path) -> None:
    root = write(tmp_path / "vault", "Note.md", "people/ana.vcf", "photo.jpg")
    assert held(root) == ["markdown vault", "cards ana.vcf"]


def test_a_plain_directory_is_read_file_by_file(tmp_path: Path) -> None:
    root = write(tmp_path / "plain", "b.vcf", "a.vcf", "sub/c.vcf", "x.jpg", "y.jpg", "sub/README", ".z")
    assert held(root) == [
        *("cards a.vcf", "cards b.vcf", "cards c.vcf"),
        "plain: no importer knows these files: 2 .jpg",
        "sub: no importer knows these files: 1 no suffix",
    ]


def test_a_note_belongs_to_its_vault_whatever_else_it_looks_like(tmp_path: Path) -> None:
    root = write(tmp_path / "vault", "Note.md", "ana.vcf")
    eager = Cards()
    eager.identify = lambda path: path.is_file()  # type: ignore[method-assign]
    found = [one for one in discover(root, (eager, MarkdownVault())) if isinstance(one, Found)]
    assert [(one.importer.format, one.path.name) for one in found] == [("markdown", "vault"), ("cards", "ana.vcf")]


def test_single_files(tmp_path: Path) -> None:
    root = write(tmp_path, "a.vcf", "a.md", "a.xyz")
    assert held(root / "a.vcf") == ["cards a.vcf"]
    assert held(root / "a.md") == ["markdown a.md"]
    assert held(root / "a.xyz") == ["a.xyz: no importer knows this kind of file"]
    assert held(root / "b") == ["b: cannot be read: No such file or directory"]
    assert detect(root / "a.xyz", IMPORTERS) is None
