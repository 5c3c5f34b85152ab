"""What an uploaded file is called: names of the wire and of other systems become names that a file can have."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.files.names import base_name, stated_type
from resolvers.files.headers import name_of


@given(st.text())
def test_any_name_becomes_one_that_a_file_can_have(name: str) -> None:
    base = base_name(name)
    assert base
    assert not re.search(r"[/\\\x00-\x1f]", base)
    assert len(base.encode()) <= 255


@pytest.mark.parametrize(
    ("said", "name"),
    [
        (b'attachment; filename="a \\"b\\".txt"', 'a "b".txt'),
        (b"attachment; filename=plain.txt", "plain.txt"),
        (b"attachment; filename=\"x\"; filename*=UTF-8''%E2%82%AC%20rates.txt", "€ rates.txt"),
        (b"attachment; filename*=iso-8859-1'en'%A3.txt", "£.txt"),
        ('form-data; filename="ö.txt"'.encode(), "ö.txt"),
        (b'attachment; filename="\xf6.txt"', "ö.txt"),
        (b"inline", ""),
    ],
)
def test_names_in_content_disposition(said: bytes, name: str) -> None:
    assert name_of(said) == name


def test_names_and_types_are_made_safe() -> None:
    assert base_name("../../etc/passwd") == "passwd"
    assert base_name("C:\\fakepath\\boat.jpg") == "boat.jpg"
    assert base_name("..") == base_name("") == base_name("a/") == "unnamed"
    assert base_name("é" * 300 + ".jpg").endswith("é.jpg")
    assert stated_type("Image/PNG; q=1", "x.txt") == "image/png"
    assert stated_type("application/octet-stream", "x.heic") == "image/heic"
    assert stated_type("nonsense", "x") == "application/octet-stream"
