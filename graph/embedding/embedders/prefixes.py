"""What models want before a text. Servers add nothing themselves; without it such a model is a much worse one."""

_WEB_SEARCH = "Instruct: Given a question, find the passages that answer it\nQuery:"

_PREFIXES = (
    ("nomic-embed", "search_document: ", "search_query: "),
    ("qwen3-embedding", "", _WEB_SEARCH),
    ("e5-mistral", "", _WEB_SEARCH),
    ("e5", "passage: ", "query: "),
    ("embeddinggemma", "title: none | text: ", "task: search result | query: "),
    ("mxbai-embed", "", "Represent this sentence for searching relevant passages: "),
    ("arctic-embed", "", "query: "),
)
"""Part of a name, prefix of documents, prefix of questions; the first that fits."""


def prefixes_of(name: str) -> tuple[str, str]:
    """The prefixes of documents and of questions of the model with this name."""
    low = name.lower()
    return next(((document, query) for part, document, query in _PREFIXES if part in low), ("", ""))
