"""Facts that must hold in the database whatever path the data took.

Each app registers its own in `queries/invariants.py`; `manage.py check_invariants` runs them
nightly and after the demo and the journeys. They recount from the tables and use no service.
"""

from collections.abc import Callable, Iterator

Check = Callable[[], Iterator[str]]
REGISTRY: dict[str, Check] = {}


def invariant(name: str) -> Callable[[Check], Check]:
    """Register a function that yields one sentence for each violation it finds."""

    def register(check: Check) -> Check:
        REGISTRY[name] = check
        return check

    return register


def violations() -> Iterator[tuple[str, str]]:
    """Yield (invariant, violation) for everything that does not hold."""
    for name, check in sorted(REGISTRY.items()):
        for sentence in check():
            yield name, sentence
