"""A hundred learners begin in the same second and write for half a minute; nothing is killed.

They have opened the page with the rules before, as people do who wait for the hour.

gunicorn with two workers of 64 threads and PostgreSQL, on the cores that also play the learners.
"""

from __future__ import annotations

import time

from tests.faults.exam import TAKERS, finish, lay_in, sit, verdict
from tests.faults.site import running_site
from tests.faults.takers import Figures

SECONDS, THINKING = 30.0, 2.5
SAVE_TARGET, START_TARGET = 300.0, 2000.0


def main() -> int:
    """Print every figure beside its target; 1 if one is missed."""
    with running_site() as (site, _server):
        exam, sessions = lay_in(TAKERS)
        figures = Figures()
        takers, threads, go = sit(site, exam, sessions, figures, SECONDS, THINKING)
        started = time.perf_counter()
        go.set()
        for thread in threads:
            thread.join(timeout=120)
        took = time.perf_counter() - started
        finish(exam)
        found = verdict(exam, takers)
    requests = sum(len(figures.seconds[what]) for what in ("start", "paper", "save", "submit"))
    for what in ("start", "start to paper", "save", "submit"):
        print(
            f"{what:<16} {len(figures.seconds[what]):>5} times, "
            f"p50 {figures.share(what, 50):6.0f} ms, p95 {figures.share(what, 95):6.0f} ms, "
            f"longest {figures.share(what, 100):6.0f} ms"
        )
    print(f"{requests / took:.0f} requests/s over {took:.0f} s, {figures.failures} repeated")
    missed = [
        (figures.share("save", 95) >= SAVE_TARGET, f"save p95 < {SAVE_TARGET:.0f} ms"),
        (figures.share("start", 95) >= START_TARGET, f"start p95 < {START_TARGET:.0f} ms"),
        (any(found.values()), f"nothing lost: {found}"),
    ]
    for is_missed, target in missed:
        print(f"  {target}: {'MISSED' if is_missed else 'met'}")
    return int(any(is_missed for is_missed, _target in missed))
