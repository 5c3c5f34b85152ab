"""LaTeX as it stands in bibliographies, as plain text: accents and letters of TeX, braces, what is set in type."""

import logging
import re
import unicodedata
from functools import lru_cache

from pylatexenc.latex2text import LatexNodes2Text, MacroTextSpec, get_default_latex_context_db

logging.getLogger("pylatexenc").setLevel(logging.ERROR)

LONGEST = 200_000
"""Characters; beyond, a text is taken as it is."""

_TYPEFACES = ("url", "texttt", "textsf", "textmd", "textlf", "textup", "mbox")
_LOGOS = ("TeX", "LaTeX", "BibTeX", "XeTeX", "LuaTeX", "ConTeXt")
"""What the parser knows and would leave out."""

_SIGNS = re.compile(r"\\([_%&#$])")
_URL = re.compile(r"\\url\{(.*)\}|\\href\{([^}]*)\}.*", re.DOTALL)
_LIGATURES = {"{": "", "}": "", "~": " ", "---": "—", "--": "–", "``": "“", "''": "”", "?`": "¿", "!`": "¡"}
_LIGATURE = re.compile(r"[{}~]|--?-|``|''|[?!]`")


@lru_cache(maxsize=1)
def _decoder() -> LatexNodes2Text:
    context = get_default_latex_context_db()
    macros = [MacroTextSpec(name, simplify_repl="%s") for name in _TYPEFACES]
    macros += [MacroTextSpec(name, simplify_repl=name) for name in _LOGOS]
    context.add_context_category("bibliographies", prepend=True, macros=macros)
    return LatexNodes2Text(latex_context=context, math_mode="verbatim", keep_comments=True)


def plain_text(written: str) -> str:
    """The text that TeX would set; what cannot be read as TeX stays as it is. Formulas stay in dollars."""
    if len(written) > LONGEST:
        return " ".join(written.split())
    if "\\" not in written and "$" not in written:  # by far the most, and the parser is slow
        return " ".join(_LIGATURE.sub(lambda match: _LIGATURES[match[0]], written).split())
    guarded = re.sub(r"(?<!\\)[%&]", r"\\\g<0>", written)
    try:
        text = _decoder().latex_to_text(guarded)
    except Exception:  # whatever broken TeX does to the parser
        text = written
    return " ".join(unicodedata.normalize("NFC", text).split())


def paragraphs(written: str) -> str:
    """The same for texts of several paragraphs."""
    parts = re.split(r"\n\s*\n|\\par\b", written)
    return "\n\n".join(filter(None, map(plain_text, parts)))


def verbatim(written: str) -> str:
    """Addresses, DOIs and names of files, in which only signs are escaped."""
    url = _URL.fullmatch(written.strip())
    return _SIGNS.sub(r"\1", (url[1] or url[2] or "") if url else written).replace("{", "").replace("}", "").strip()
