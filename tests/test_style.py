"""The linters are tests: one command says whether the house is in order."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize(
    "command",
    [("ruff", "check"), ("ruff", "format", "--check"), ("mypy",), ("importlinter.cli",)],
    ids=["ruff", "format", "mypy", "imports"],
)
def test_linter(command: tuple[str, ...]) -> None:
    module, *arguments = command
    program = [sys.executable, "-m", module, *arguments]
    if module == "importlinter.cli":
        program = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]
    done = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_files_are_small() -> None:
    long = {}
    for floor in ("schema_sql", "graph", "resolvers"):
        for path in (ROOT / floor).rglob("*"):
            if path.suffix in (".py", ".sql") and "node_modules" not in path.parts:
                lines = len(path.read_text("utf-8").splitlines())
                if lines > 300:
                    long[str(path.relative_to(ROOT))] = lines
    assert not long


def test_no_group_of_an_expression_is_possessive() -> None:
    """Python before 3.11.5, which Debian 12 has, does not find with `(?:a|b)++` what is there; with `[ab]++` it does."""
    group = re.compile(r"(?<!\()\)(?:[*+?]|\{\d*,?\d*\})\+")
    found = {
        f"{path.relative_to(ROOT)}:{number}"
        for floor in ("schema_sql", "graph", "resolvers")
        for path in (ROOT / floor).rglob("*.py")
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if group.search(line)
    }
    assert not found
