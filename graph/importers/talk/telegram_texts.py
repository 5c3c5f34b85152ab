"""What a message of Telegram's export says: its text as Markdown, and words for what is no text."""

from typing import Any

from graph.importers.json_stream import mapping, sequence, text

_AROUND = {"bold": "**", "italic": "_", "strikethrough": "~~", "code": "`"}
_FORMATTING = {*_AROUND, "pre", "text_link", "blockquote"}


def body(message: dict[str, Any]) -> tuple[str, str]:
    """The text and its format: `plain`, or `markdown` where something is emphasised or a link hides behind words."""
    parts = message.get("text_entities") or message.get("text")
    if parts and isinstance(parts, str):
        return parts, "plain"
    entities = [mapping(part) or {"type": "plain", "text": text(part)} for part in sequence(parts)]
    formatted = any(entity.get("type") in _FORMATTING for entity in entities)
    said = "".join(map(_markdown, entities) if formatted else (text(entity.get("text")) for entity in entities))
    if said:
        return said, "markdown" if formatted else "plain"
    return _described(message), "plain"


def _markdown(entity: dict[str, Any]) -> str:
    said, kind = text(entity.get("text")), text(entity.get("type"))
    if not said.strip():
        return said
    if kind == "pre":
        return f"```{text(entity.get('language'))}\n{said}\n```"
    if kind == "text_link":
        return f"[{said}]({text(entity.get('href'))})"
    if kind == "blockquote":
        return "".join(f"> {line}\n" for line in said.splitlines())
    mark = _AROUND.get(kind, "")
    bare = said.strip()
    before, _, after = said.partition(bare)
    return f"{before}{mark}{bare}{mark}{after}"


def _described(message: dict[str, Any]) -> str:
    """Words for an event, a poll, a contact or a place."""
    if action := text(message.get("action")):
        return ": ".join(filter(None, (action.replace("_", " "), text(message.get("title")))))
    if poll := mapping(message.get("poll")):
        answers = (text(mapping(answer).get("text")) for answer in sequence(poll.get("answers")))
        return "\n".join((_said(poll.get("question")), *(f"- {answer}" for answer in answers)))
    if person := mapping(message.get("contact_information")):
        return " ".join(filter(None, (text(person.get(name)) for name in ("first_name", "last_name", "phone_number"))))
    if place := mapping(message.get("location_information")):
        where = f"{place.get('latitude')}, {place.get('longitude')}"
        named = (text(message.get("place_name")), text(message.get("address")), where)
        return "\n".join(filter(None, named))
    return ""


def _said(value: Any) -> str:
    return text(value) or text(mapping(value).get("text"))


def message_type(message: dict[str, Any]) -> str:
    """Its type in the words of `chat_messages`."""
    if message.get("type") == "service":
        return "call" if "call" in text(message.get("action")) else "event"
    kinds = {
        "photo": "image", "location_information": "location", "contact_information": "contact", "poll": "poll",
        "game_title": "other", "invoice_information": "other",
    }  # fmt: skip
    media = {
        "sticker": "sticker", "video_message": "video", "video_file": "video", "animation": "video",
        "voice_message": "audio", "audio_file": "audio",
    }  # fmt: skip
    if known := media.get(text(message.get("media_type"))):
        return known
    if "file" in message:
        major = text(message.get("mime_type")).partition("/")[0]
        return major if major in ("image", "video", "audio") else "file"
    return next((kind for name, kind in kinds.items() if name in message), "text")
