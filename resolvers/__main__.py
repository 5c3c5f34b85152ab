"""The console script `lifeloom`, and what `python -m resolvers` runs."""

import gc

gc.disable()  # A third of the start is the collector looking at modules that stay; `running` turns it on again.

from resolvers.cli import lifeloom  # noqa: E402

__all__ = ["main"]


def main() -> None:
    """Runs one command and exits: 0 done, 1 partly, 2 refused or not understood."""
    lifeloom(prog_name="lifeloom")


if __name__ == "__main__":
    main()
