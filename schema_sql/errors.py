"""What is wrong with a declaration, with the file and the line to look at."""

from collections.abc import Iterable
from dataclasses import dataclass

from schema_sql.catalog import Place


@dataclass(frozen=True, slots=True, order=True)
class SchemaError:
    """One thing to put right. `line` counts from 1; 0 means the file as a whole."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}" if self.file else self.message

    @classmethod
    def at(cls, place: Place, message: str) -> "SchemaError":
        return cls(place.file, place.line, message)


class SchemaErrors(Exception):
    """The declarations cannot be used; `errors` says everything that is wrong, in the order of files and lines."""

    def __init__(self, errors: Iterable[SchemaError]) -> None:
        self.errors = tuple(errors)
        super().__init__("\n".join(str(error) for error in self.errors))
