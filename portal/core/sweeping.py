"""What the clock brings about, by name: each sweep is run every minute (`manage.py sweep`).

A sweep is a function without arguments that says how many things it changed. It may be called at
any time and any number of times, and finds out itself what is due. Register it in tasks.py.
"""

import logging
from collections.abc import Callable

log = logging.getLogger(__name__)
Sweep = Callable[[], int]
SWEEPS: dict[str, Sweep] = {}


def sweeps(name: str) -> Callable[[Sweep], Sweep]:
    """Register a function as the sweep of this name."""

    def register(sweep: Sweep) -> Sweep:
        SWEEPS[name] = sweep
        return sweep

    return register


def run_sweeps() -> dict[str, int | None]:
    """Run every sweep; return what each changed, None for one that failed.

    A sweep that raises is logged and does not hold up the others.
    """
    changed: dict[str, int | None] = {}
    for name, sweep in SWEEPS.items():
        try:
            changed[name] = sweep()
        except Exception:
            log.exception("the sweep of %s failed", name)
            changed[name] = None
    return changed
