"""How soon what was just written is found, through a running `lifeloom serve`: by its words in the query that follows,
by its meaning when the worker ran."""

import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.journeys.serving import ask, done, serving

LIMIT = 2.0
"""Seconds until a record is found by its meaning, on a machine that has nothing else to do."""
PATIENCE = 30.0

SAID = {
    "Kontrolle beim Zahnarzt, keine neuen Löcher": "toothache",
    "Der Reifen ist platt, einen neuen Schlauch kaufen": "repair the bicycle",
    "Qué calor en Valencia, el agua estaba perfecta": "a hot day at the beach",
    "Presentar la declaración de la renta antes de junio": "tax return",
    "Une tarte aux pommes avec beaucoup de cannelle": "apple cake",
    "Rehearsal of the requiem moved to Thursday evening": "choir practice",
    "Die Katze frisst seit gestern nichts mehr": "sick pet",
    "Boarding passes printed, passports in the blue bag": "going on holiday by plane",
    "Le chauffage fait un bruit étrange la nuit": "broken heating",
    "Elternabend in der Schule am Dienstag um sieben": "parents meeting their child's teacher",
}
_WRITE = 'mutation { createNote(input: {title: "", content: "%s"}) { id } }'
_SEEK = '{ search(query: "%s", mode: %s, first: 1) { edges { node { id } } } }'


def soon() -> bool:
    """Prints a line a note and the middle and the longest; True where all of it is in time."""
    with tempfile.TemporaryDirectory(prefix="lifeloom-bench-") as name, serving(Path(name) / "data") as house:
        token = done("token", "create", "--name", "bench", data=house.data)[1].splitlines()[-1]

        def first(query: str, mode: str) -> str | None:
            found: Any = ask(house.address, token, _SEEK % (query, mode))["search"]
            return found["edges"][0]["node"]["id"] if found["edges"] else None

        taken, at_once = [], True
        for text, question in SAID.items():
            made: Any = ask(house.address, token, _WRITE % text)["createNote"]
            began, written = time.perf_counter(), made["id"]
            at_once &= first(text, "LEXICAL") == written
            while first(question, "SEMANTIC") != written and time.perf_counter() - began < PATIENCE:
                time.sleep(0.02)
            taken.append(time.perf_counter() - began)
            print(f"{taken[-1]:6.2f} s  {question!r} finds {text!r}", flush=True)
    print(f"found by its words in the query that follows: {at_once}; by its meaning after {statistics.median(taken):.2f} s,"
          f" {max(taken):.2f} s at most (limit {LIMIT})")  # fmt: skip
    return at_once and max(taken) <= LIMIT
