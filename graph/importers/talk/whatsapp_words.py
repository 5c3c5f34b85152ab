"""What a message of WhatsApp is, from the words that the program itself puts into the text, in the usual languages."""

import mimetypes
import re
from dataclasses import dataclass

from graph.importers.talk.whatsapp_lines import MARKS

_NAME = r"[^<>:/\\\n\x00-\x1f]{1,200}\.\w{1,8}"
_ATTACHED = (
    re.compile(rf"[{MARKS}]*<\s?[^<>:\n]{{3,24}}:\s?(?P<name>{_NAME})\s?>"),
    re.compile(rf"\A[{MARKS}]*(?P<name>{_NAME})[ ]\((?P<words>[^()\n]{{4,40}})\)[{MARKS}]*(?=\n|\Z)"),
)
_ATTACHED_WORDS = re.compile(
    r"attach|angehängt|adjunt|joint|anexad|allegat|bijgevoegd|bifoga|vedhæft|vedlagt|dołącz|прикреп|ekli|eklendi|liite"
    r"|přilož|csatol|ataşat|添付|附件|첨부|terlampir|đính",
    re.IGNORECASE,
)
_OMITTED_WORDS = re.compile(
    r"omit|ausgeschlossen|weggelassen|omis|omess|ocult|weggelaten|absent|pominię|utel|udelad|utelat|poiste|vynech"
    r"|kihagy|dahil edilmedi|пропущ|без медиа|省略|생략|disembunyikan|bỏ qua|छोड़",
    re.IGNORECASE,
)
_OMITTED = re.compile(rf"\A(?P<mark>[{MARKS}]*)(?P<words><[^<>\n]{{3,60}}>|[^<>\n]{{3,60}})[{MARKS}]*\Z")
_EDITED = re.compile(rf"\s?(?:[{MARKS}]<[^<>:\n]+>|<This message was edited>)[{MARKS}]*\Z")
_LOCATION = re.compile(r"https://(?:maps\.google\.com/\?q=|foursquare\.com/v/)")
_CALL = re.compile(r"(?:Missed |Silenced )?(?:group )?(?:voice|video) call\b", re.IGNORECASE)
_POLL = re.compile(r"(?:POLL|UMFRAGE|ENCUESTA|SONDAGE|ENQUETE|SONDAGGIO|PEILING):")
_KINDS = (
    ("sticker", re.compile(r"sticker|figurinha|adesivo|pegatina|autocollant|стикер", re.IGNORECASE)),
    ("image", re.compile(r"image|bild|imagen|imagem|immagine|afbeelding|foto|photo|изображ", re.IGNORECASE)),
    ("video", re.compile(r"video|vidéo|vídeo|gif|видео", re.IGNORECASE)),
    ("audio", re.compile(r"audio|áudio|sprach|аудио", re.IGNORECASE)),
    ("contact", re.compile(r"contact|kontakt|contatto|contato|контакт", re.IGNORECASE)),
)
MEDIA = "<media>"


@dataclass(slots=True)
class Meaning:
    """`body` is what was typed; `attachment` the name of what was sent along, `omitted` the words that stand for it."""

    type_: str
    body: str
    attachment: str = ""
    omitted: str = ""
    edited: bool = False

    @property
    def known_by(self) -> str:
        """The text by which the message is known again, with its media exported or without."""
        return f"{MEDIA}{self.body}" if self.attachment or self.omitted else self.body


def meaning(text: str, *, system: bool) -> Meaning:
    """What a text of the file says; `system` where nobody is named as its sender."""
    if system:
        return Meaning("event", _bare(text))
    edited = _EDITED.search(text)
    if edited and not _ATTACHED[0].search(edited.group()):
        text = text[: edited.start()]
    else:
        edited = None
    found = _attached(text) or _omitted(text) or Meaning(_typed(text), _bare(text))
    found.edited = edited is not None
    return found


def _attached(text: str) -> Meaning | None:
    for pattern in _ATTACHED:
        match = pattern.search(text)
        if match and (pattern is _ATTACHED[0] or _ATTACHED_WORDS.search(match["words"])):
            name = match["name"].strip()
            return Meaning(_kind_of(name), _bare(text[: match.start()] + text[match.end() :]), attachment=name)
    return None


def _kind_of(name: str) -> str:
    suffix = name.rpartition(".")[2].lower()
    if suffix == "webp" or "STICKER" in name:
        return "sticker" if "STK" in name or "STICKER" in name else "image"
    if suffix in ("vcf", "opus"):
        return {"vcf": "contact", "opus": "audio"}[suffix]
    major = (mimetypes.guess_type(f"x.{suffix}")[0] or "").partition("/")[0]
    return major if major in ("image", "video", "audio") else "file"


def _omitted(text: str) -> Meaning | None:
    """`<Media omitted>` of Android, `image omitted` after a mark of iOS."""
    match = _OMITTED.match(text)
    if not match or not _OMITTED_WORDS.search(match["words"]) or not (match["mark"] or match["words"][0] == "<"):
        return None
    kind = next((kind for kind, words in _KINDS if match["mark"] and words.search(match["words"])), "file")
    return Meaning(kind, "", omitted=match["words"])


def _typed(text: str) -> str:
    """The type of what is no file. A mark before a text is of the program, not of who wrote."""
    bare = _bare(text)
    if _LOCATION.search(bare):
        return "location"
    if _CALL.match(bare):
        return "call"
    if _POLL.match(bare):
        return "poll"
    return "event" if re.match(f"[{MARKS}]", text) else "text"


def _bare(text: str) -> str:
    return text.strip(f" \n{''.join(chr(number) for number in _MARK_NUMBERS)}")


_MARK_NUMBERS = (0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF)
