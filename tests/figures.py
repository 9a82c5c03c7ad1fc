"""Figures that a run reports in its summary: a test counts, each pass prints, `make test` adds up.

A figure has a name and numbers by kind: {"access sweep, cells": {"GET": 10424, "POST": 10074}}.
Where FIGURES_FILE names a file, a pass leaves its figures there for the sum over both passes.
"""

import json
import os
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

FIGURES: defaultdict[str, Counter[str]] = defaultdict(Counter)


def lines(figures: dict[str, Counter[str]]) -> Iterator[str]:
    """Yield one line a figure: the sum, and its parts where there are several."""
    for name, numbers in sorted(figures.items()):
        parts = ", ".join(f"{kind} {number:,}" for kind, number in sorted(numbers.items()))
        yield f"{name}: {numbers.total():,}" + (f" ({parts})" if len(numbers) > 1 else "")


def leave() -> None:
    """Leave this pass's figures where the runner of both passes asked for them."""
    if path := os.environ.get("FIGURES_FILE"):
        Path(path).write_text(json.dumps(FIGURES))


def added(paths: Iterable[Path]) -> dict[str, Counter[str]]:
    """Return the sum of what the passes left; a pass that broke off left nothing."""
    whole: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for path in paths:
        for name, numbers in json.loads(path.read_text() or "{}").items():
            whole[name].update(numbers)
    return whole
