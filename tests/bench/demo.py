"""The demo from nothing: seconds to seed it, its proofs, and the statements of every list.

Runs in an empty SQLite database in a temporary folder, or in the empty one DATABASE_URL names.
Statements of a list are counted in the round with 48 applications and in one with four: they
must be within the target and alike.
"""

from __future__ import annotations

import os
import tempfile
from time import perf_counter
from typing import Any

SEED_SECONDS, DRAW_SECONDS = 90.0, 2.0
PUBLIC, WORK = 10, 10
GOALS = 12  # beside the goals the portal's own figures are counted anew


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="anfan-bench-") as folder:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.dev")
        os.environ["DATA_DIR"] = folder
        os.environ.setdefault("DATABASE_URL", f"sqlite:///{folder}/bench.sqlite3")
        import django

        django.setup()
        return measure()


def measure() -> int:
    """Seed, prove, count; print each figure beside its target."""
    from django.core.management import call_command
    from django.test.utils import setup_test_environment

    call_command("migrate", verbosity=0)
    started = perf_counter()
    call_command("demo")
    missed = [report("demo seeding, s", perf_counter() - started, SEED_SECONDS)]
    for command in ("verify_audit", "check_invariants", "verify_rankings"):
        call_command(command)
    missed.append(report("draw of 48 x 24, solver s", draw_seconds(), DRAW_SECONDS))
    setup_test_environment()
    missed += [count(*page) for page in pages()]
    return int(any(missed))


def report(name: str, value: float, target: float) -> bool:
    """Print one figure; return whether it misses its target."""
    verdict = "MISSED" if value > target else "ok"
    print(f"  {name:<52} {value:8.2f}   target {target:6.1f}  {verdict}")
    return value > target


def draw_seconds() -> float:
    from evaluation.models import Draw

    return float(Draw.objects.get(round__code__endswith="-1").report["seconds"])


def pages() -> list[tuple[str, str, tuple[str, ...], int]]:
    """Return (name, e-mail or "", addresses with many and with few rows, target)."""
    from evaluation.models import Assignment, PublicNotice, Ranking
    from portal.accounts.models import Organisation
    from showcase.models import Round, SolutionPage

    many, few = (Round.objects.get(code__endswith=end) for end in ("-1", "-4"))
    authority = Organisation.objects.get(code="R32").public_id
    office, expert = "secretariat01@example.org", busiest_expert(Assignment)
    frozen = Ranking.objects.exclude(round=many).first()
    notices = [notice.public_id for notice in PublicNotice.objects.order_by("round__code")]
    solutions = [page.get_url() for page in SolutionPage.objects.live()[:2]]
    return [
        ("home", "", ("/",), PUBLIC),
        ("solutions, 24 and 1", "", ("/solutions/", "/solutions/?q=DCS"), PUBLIC),
        ("solution", "", tuple(solutions), PUBLIC),
        ("home of policies, events, news", "", ("/policies/", "/events/", "/news/"), PUBLIC),
        ("lists", "", ("/standards/", "/guides/", "/faq/", "/resources/"), PUBLIC),
        ("goals", "", ("/goals/",), GOALS),
        ("search", "", ("/search/?q=安全", "/search/?q=防枚举"), PUBLIC),
        ("rounds", "", ("/selection/",), PUBLIC),
        ("public notice, 24 and 2", "", tuple(f"/notices/{one}/" for one in notices), PUBLIC),
        ("office: rounds", office, ("/office/",), WORK),
        ("office: applications", office, per_round("/office/rounds/{}/", many, few), WORK),
        ("office: panels", office, per_round("/office/rounds/{}/panels/", many, few), WORK),
        ("office: ties", office, per_round("/office/rounds/{}/conflicts/", many, few), WORK),
        ("office: progress", office, per_round("/office/rounds/{}/progress/", many, few), WORK),
        (
            "office: ranking",
            office,
            per_round("/office/rounds/{}/ranking/", many, frozen.round),
            WORK,
        ),
        (
            "authority: its list",
            "recommender01@example.org",
            tuple(f"/authority/{authority}/{one.code}/" for one in (many, few)),
            WORK,
        ),
        ("expert: the desk", expert, ("/desk/",), WORK),
        ("applicant: applications", "applicant03@example.org", ("/apply/",), WORK),
    ]


def per_round(address: str, many: Any, few: Any) -> tuple[str, str]:
    return address.format(many.code), address.format(few.code)


def busiest_expert(assignments: Any) -> str:
    from django.db.models import Count

    rows = assignments.objects.values("expert__user__email").annotate(n=Count("pk"))
    return str(rows.order_by("-n")[0]["expert__user__email"])


def count(name: str, email: str, addresses: tuple[str, ...], target: int) -> bool:
    """Print the statements of a page at each size; return whether one is over the target."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from portal.accounts.models import User

    client, numbers = Client(), []
    if email:
        client.force_login(User.objects.get(email=email))
    for address in addresses:
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            response = client.get(address)
        if response.status_code != 200:
            print(f"  {name}: {address} answered {response.status_code}")
            return True
        numbers.append(len(captured))
    print(f"  {name:<40} statements {numbers}", end="")
    return report("", max(numbers), target)
