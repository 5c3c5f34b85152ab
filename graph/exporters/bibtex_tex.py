"""Plain text as TeX, so that TeX sets it and our importer reads it as it was."""

import re

_SIGNS = {
    "\\": r"\textbackslash{}", "{": r"\lbrace{}", "}": r"\rbrace{}", "$": r"\$", "&": r"\&", "%": r"\%", "#": r"\#",
    "_": r"\_", "~": r"\textasciitilde{}", "^": r"\string^",
}  # fmt: skip
_SIGN = re.compile(r"[\\{}$&%#_~^]")
_LIGATURE = re.compile(r"-(?=-)|[`?!](?=`)|'(?=')")
_FORMULA = re.compile(r"(\$(?=\S)(?=[^$]*[\\^_=])[^${}]*(?:\{[^${}]*\}[^${}]*)*(?<=[^\s\\])\$)")


def tex(text: str) -> str:
    """The text with the signs of TeX escaped; formulas in dollars stay formulas."""
    parts = _FORMULA.split(text)
    return "".join(part if place % 2 else _escaped(part) for place, part in enumerate(parts))


def verbatim(text: str) -> str:
    """An address, which is not escaped; braces and ends of lines are as addresses have them."""
    return text.replace("{", "%7B").replace("}", "%7D").replace("\n", "%0A")


def _escaped(text: str) -> str:
    kept = _SIGN.sub(lambda sign: _SIGNS[sign[0]], text)
    return _LIGATURE.sub(r"\g<0>{}", kept)
