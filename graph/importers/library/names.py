"""Names of people and bodies as CSL has them, and as the columns do: Family, Given."""

from typing import Any

from bibtexparser.middlewares.names import parse_single_name_into_parts, split_multiple_persons_names

from graph.importers.library.latex import plain_text

LONGEST = 500
"""Characters of a name; what is longer is a mistake of its file and is not taken apart."""


def name_text(name: Any) -> str:
    """A name of CSL with its particles: `van Gogh, Vincent`, `King, Martin Luther, Jr.`; a body as it is."""
    if isinstance(name, str):
        return name.strip()
    if not isinstance(name, dict):
        return ""
    said = {part: str(value).strip() for part, value in name.items() if isinstance(value, str) and value.strip()}
    if "literal" in said:
        return said["literal"]
    family = " ".join(filter(None, (said.get("non-dropping-particle"), said.get("family"))))
    given = " ".join(filter(None, (said.get("given"), said.get("dropping-particle"))))
    return ", ".join(filter(None, (family, given, said.get("suffix"))))


def bibtex_names(written: str) -> list[dict[str, str]]:
    """The names of a field of BibTeX, which are separated by `and`; those in braces are of bodies."""
    return [found for one in split_multiple_persons_names(written) if (found := _bibtex_name(one))]


def _bibtex_name(written: str) -> dict[str, str]:
    braced = written.startswith("{") and written.endswith("}") and "{" not in written[1:] and "," not in written
    if braced or len(written) > LONGEST:
        return {"literal": text} if (text := plain_text(written)) else {}
    if written == "others":
        return {"literal": "others"}
    parts = parse_single_name_into_parts(written, strict=False)
    said = {
        "family": " ".join(parts.last),
        "given": " ".join(parts.first),
        "non-dropping-particle": " ".join(parts.von),
        "suffix": " ".join(parts.jr),
    }
    return {part: text for part, value in said.items() if (text := plain_text(value))}


def ris_name(written: str) -> dict[str, str]:
    """`Family, Given, Suffix`; a name without a comma is that of a body."""
    parts = [part.strip() for part in written.split(",", 2)]
    if len(parts) == 1:
        return {"literal": parts[0]} if parts[0] else {}
    said = dict(zip(("family", "given", "suffix"), parts, strict=False))
    return {part: text for part, text in said.items() if text}
