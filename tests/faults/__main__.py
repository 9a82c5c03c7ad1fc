"""Run drills: `python -m tests.faults exam certificates`; without a name, all of them.

A drill is a module here with a `main` that breaks something on purpose, prints what it counted
and returns 0 when nothing was lost. Not part of `make test`: drills take minutes and kill servers
(their own).
"""

import sys
from importlib import import_module
from time import perf_counter

DRILLS = ("race", "exam", "certificates")


def main(wanted: list[str]) -> int:
    unknown = [name for name in wanted if name not in DRILLS]
    if unknown:
        print(f"no drill {', '.join(unknown)}; there are {', '.join(DRILLS)}")
        return 2
    failed = False
    for name in wanted or DRILLS:
        print(f"== {name}", flush=True)
        started = perf_counter()
        failed |= bool(import_module(f"tests.faults.{name}").main())
        print(f"== {name}: {perf_counter() - started:.1f} s\n", flush=True)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
