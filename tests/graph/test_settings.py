"""Settings: environment, flags over environment, clear refusals, and the address of the service's role."""

from dataclasses import fields
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import SettingInvalid
from graph.settings import SERVICE_ROLE, Settings, as_service, service_password


def test_flags_win_over_the_environment_and_nothing_is_not_a_flag() -> None:
    env = {"LIFELOOM_PORT": "9000", "LIFELOOM_HOST": "::1", "LIFELOOM_DATA": "~/life", "LIFELOOM_USER": ""}
    settings = Settings.from_environment(env, port=7000, host=None)
    assert (settings.port, settings.host, settings.user) == (7000, "::1", None)
    assert settings.data_dir == Path("~/life").expanduser()


def test_every_setting_has_its_own_variable_and_one_line_of_help() -> None:
    about = [each.metadata for each in fields(Settings)]
    assert len({each["env"] for each in about}) == len(about)
    for each in about:
        assert each["env"].startswith("LIFELOOM_")
        assert each["help"].endswith(".")
        assert "\n" not in each["help"] + each["shown"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LIFELOOM_PORT", "eighty"),
        ("LIFELOOM_PORT", "70000"),
        ("LIFELOOM_POOL_SIZE", "0"),
        ("LIFELOOM_STATEMENT_TIMEOUT", "-1"),
        ("LIFELOOM_STATEMENT_TIMEOUT", "nan"),
        ("LIFELOOM_DATABASE_URL", "mysql://root:hunter2@localhost/life"),
        ("LIFELOOM_EMBEDDER", "word2vec"),
        ("LIFELOOM_EMBEDDER", "use,, openai:m@ftp://x"),
        ("LIFELOOM_SHARE_UP_TO", "everything"),
        ("LIFELOOM_MAX_UPLOAD", "much"),
        ("LIFELOOM_MAX_UPLOAD", "0"),
        ("LIFELOOM_MAX_UPLOAD", "-5G"),
    ],
)
def test_a_value_that_cannot_be_read_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(SettingInvalid) as refusal:
        Settings.from_environment({name: value})
    assert name in str(refusal.value)
    assert "hunter2" not in str(refusal.value)


@pytest.mark.parametrize(("text", "size"), [("500", 500), ("2K", 2048), ("5 MB", 5 << 20), ("20GiB", 20 << 30)])
def test_a_size_in_bytes_or_in_units(text: str, size: int) -> None:
    assert Settings.from_environment({"LIFELOOM_MAX_UPLOAD": text}).max_upload == size


def test_embedders_and_what_they_may_be_given() -> None:
    env = {"LIFELOOM_EMBEDDER": "use, ollama:qwen3-embedding:0.6b@http://gpu:11434", "LIFELOOM_SHARE_UP_TO": "high"}
    settings = Settings.from_environment(env)
    assert settings.embedders == ("use", "ollama:qwen3-embedding:0.6b@http://gpu:11434")
    assert (settings.share_up_to, Settings().share_up_to, Settings().embedders) == (2, 1, ("auto",))


@given(password=st.text(min_size=1, max_size=20).filter(lambda text: text.isprintable()))
def test_the_service_logs_in_with_a_password_of_its_own(password: str) -> None:
    parts = urlsplit(as_service(f"postgresql://me:{quote(password, safe='')}@db.example:5433/life?sslmode=require"))
    assert (parts.username, unquote(parts.password or "")) == (SERVICE_ROLE, service_password(password))
    assert (parts.hostname, parts.port, parts.path, parts.query) == ("db.example", 5433, "/life", "sslmode=require")


def test_the_service_of_a_socket_needs_no_password() -> None:
    assert as_service("postgresql://me@/life?host=/run/pg") == f"postgresql://{SERVICE_ROLE}@/life?host=/run/pg"
    assert as_service("postgresql:///life?user=me&host=/run/pg") == f"postgresql://{SERVICE_ROLE}@/life?host=/run/pg"


def test_without_an_external_database_there_is_no_service_address() -> None:
    assert Settings.from_environment({}).service_url() is None
    given_one = Settings.from_environment({"LIFELOOM_SERVICE_DATABASE_URL": "postgresql://s:p@h/d"})
    assert given_one.service_url() == "postgresql://s:p@h/d"
