"""Run fault drills: `python -m tests.faults certificates`; without a name, all of them.

Each drill is a module here with a `main` that prints its figures beside their targets and
returns 0 if all are met.
"""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from time import perf_counter


def names() -> list[str]:
    """Drills there are."""
    here = Path(__file__).parent
    return sorted(path.stem for path in here.glob("*.py") if not path.stem.startswith("_"))


def run(wanted: list[str]) -> int:
    """Run these and return 1 if any missed a target, 2 for an unknown name."""
    unknown = [name for name in wanted if name not in names()]
    if unknown:
        print(f"no drill {', '.join(unknown)}; there are {', '.join(names())}")
        return 2
    failed = False
    for name in wanted or names():
        print(f"== {name}")
        started = perf_counter()
        failed |= bool(import_module(f"tests.faults.{name}").main())
        print(f"== {name}: {perf_counter() - started:.1f} s\n")
    return int(failed)


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
