"""What a message of ChatGPT says, as Markdown, by the type of its content."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from graph.importers.json_stream import mapping, sequence, text

_WHOLE = frozenset(("text", "code", "execution_output", "reasoning_recap"))
_USUAL = frozenset((
    "model_slug", "default_model_slug", "requested_model_slug", "resolved_model_slug", "finish_details", "is_complete",
    "message_type", "message_source", "request_id", "turn_exchange_id", "timestamp_", "parent_id", "can_save",
    "attachments", "is_visually_hidden_from_conversation", "message_locale", "pad", "voice_mode_message",
))  # fmt: skip
"""Metadata that has columns, or says nothing about what was said."""


def said(content: dict[str, Any]) -> str:
    """The content as Markdown."""
    return _READERS.get(text(content.get("content_type")), _other)(content).strip("\n")


def says_all(content: dict[str, Any], metadata: dict[str, Any]) -> bool:
    """Whether the text and the columns say everything that the message said."""
    plain = text(content.get("content_type")) in _WHOLE and all(
        isinstance(part, str) for part in sequence(content.get("parts"))
    )
    return plain and not any(value not in (None, "", [], {}) for name, value in metadata.items() if name not in _USUAL)


def pointers(content: dict[str, Any], metadata: dict[str, Any]) -> list[str]:
    """The files that it names: pictures among its parts, and what was attached."""
    parts = [mapping(part) for part in sequence(content.get("parts"))]
    parts += [mapping(part.get("audio_asset_pointer")) for part in parts]
    named = [text(part.get("asset_pointer")).rpartition("//")[2] for part in parts]
    named += [text(mapping(one).get("id")) for one in sequence(metadata.get("attachments"))]
    return list(dict.fromkeys(filter(None, named)))


def _parts(content: dict[str, Any]) -> str:
    return "\n\n".join(filter(None, map(_part, sequence(content.get("parts")))))


def _part(part: Any) -> str:
    return text(part) or text(mapping(part).get("text"))


def _fenced(content: dict[str, Any]) -> str:
    language = text(content.get("language"))
    fence = "````" if "```" in text(content.get("text")) else "```"
    return f"{fence}{'' if language == 'unknown' else language}\n{text(content.get('text'))}\n{fence}"


def _quote(content: dict[str, Any]) -> str:
    lines = "\n".join(f"> {line}" for line in text(content.get("text")).splitlines())
    return "\n\n".join(filter(None, (text(content.get("title")), lines, text(content.get("url")))))


def _named(*names: str) -> Callable[[dict[str, Any]], str]:
    return lambda content: "\n\n".join(filter(None, (text(content.get(name)) for name in names)))


def _thoughts(content: dict[str, Any]) -> str:
    thoughts = (mapping(thought) for thought in sequence(content.get("thoughts")))
    return "\n\n".join(filter(None, map(_named("summary", "content"), thoughts)))


def _other(content: dict[str, Any]) -> str:
    return "\n\n".join(filter(None, _texts(content)))


def _texts(content: dict[str, Any]) -> Iterator[str]:
    yield _parts(content)
    yield from (text(content.get(name)) for name in ("title", "name", "text", "summary", "result", "content"))


_READERS: Mapping[str, Callable[[dict[str, Any]], str]] = {
    "text": _parts,
    "multimodal_text": _parts,
    "code": _fenced,
    "execution_output": _fenced,
    "tether_quote": _quote,
    "tether_browsing_display": _named("summary", "result"),
    "system_error": _named("name", "text"),
    "user_editable_context": _named("user_profile", "user_instructions"),
    "model_editable_context": _named("model_set_context"),
    "thoughts": _thoughts,
    "reasoning_recap": _named("content"),
}
