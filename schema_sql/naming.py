"""How names of SQL read in GraphQL."""


def camel(snake: str) -> str:
    """`created_at` -> `createdAt`."""
    head, *rest = snake.split("_")
    return head + "".join(part[:1].upper() + part[1:] for part in rest)


def pascal(snake: str) -> str:
    """`diary_entry` -> `DiaryEntry`."""
    return "".join(part[:1].upper() + part[1:] for part in snake.split("_"))


def enum_value(label: str) -> str:
    """The GraphQL name of an enum's label: `NEEDS-ACTION` -> `NEEDS_ACTION`."""
    return label.upper().replace("-", "_").replace(" ", "_")
