"""Small mails for tests: the least that one needs around the lines in question, alone or in an mbox."""

FROM = "From ana@example.org Thu Aug 22 12:36:23 2002\n"


def mail(*lines: str, id_: str = "1", body: str = "Text\n") -> str:
    own = [f"Message-ID: <{id_}@example.org>"] if id_ else []
    return "\n".join(("From: Ana <ana@example.org>", *own, "Subject: Plans", *lines, "", body))


def mbox(*mails: str) -> str:
    return "".join(f"{FROM}{one}\n" for one in mails)
