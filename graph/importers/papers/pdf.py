"""PDF (ISO 32000) as text, page by page, with pypdf; what its streams unpack to is bounded there."""

import logging
import warnings
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from pypdf import PdfReader
from pypdf.errors import DependencyError, FileNotDecryptedError, PyPdfError

from graph.importers.papers.reading import Paper, Unreadable, phrase

MOST_PAGES = 10_000
_FORGETTING = 100
"""Pages after which what was read of a file is let go."""

T = TypeVar("T")

logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it tells every oddity of every file


def read_pdf(path: Path) -> Paper:
    """Raises OSError and Unreadable."""
    paper = Paper()
    with path.open("rb") as stream, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            reader = PdfReader(stream)
            if reader.is_encrypted and not reader.decrypt(""):
                raise Unreadable("protected by a password")
            paper.pages = len(reader.pages)
        except Unreadable:
            raise
        except FileNotDecryptedError:
            raise Unreadable("protected by a password") from None
        except DependencyError:
            raise Unreadable("encrypted with AES, which is not read here") from None
        except Exception as error:  # the parser meets anything
            raise Unreadable(f"broken: {_told(error)}") from None
        _about(reader, paper)
        _pages(reader, paper)
    if not paper.text and not paper.warnings:
        paper.warnings.append("there is no text in it, only pictures of pages")
    return paper


def _about(reader: PdfReader, paper: Paper) -> None:
    about = _try(lambda: reader.metadata)
    if about is None:
        return
    paper.title, paper.creator = (phrase(_try(part)) for part in (lambda: about.title, lambda: about.author))
    paper.description = phrase(_try(lambda: about.subject))
    words = phrase(_try(lambda: about.keywords)) or ""
    paper.keywords = [word.strip() for word in words.replace(";", ",").split(",") if word.strip()]
    created = _try(lambda: about.creation_date)
    paper.created = created if isinstance(created, datetime) else None


def _pages(reader: PdfReader, paper: Paper) -> None:
    broken: list[int] = []
    for number in range(min(paper.pages or 0, MOST_PAGES)):
        try:
            paper.write(reader.pages[number].extract_text() + "\n\n")
        except Exception:  # the parser meets anything; the other pages may be read
            broken.append(number + 1)
        if paper.full:
            break
        if number % _FORGETTING == 0:
            reader.resolved_objects.clear()
    if (paper.pages or 0) > MOST_PAGES:
        paper.warnings.append(f"only the first {MOST_PAGES} pages were read")
    if broken:
        shown = ", ".join(map(str, broken[:10]))
        paper.warnings.append(f"no text of {len(broken)} broken pages: {shown}")


def _try(read: Callable[[], T]) -> T | None:
    try:
        return read()
    except Exception:  # the parser meets anything
        return None


def _told(error: Exception) -> str:
    return str(error)[:200] if isinstance(error, PyPdfError) else type(error).__name__
