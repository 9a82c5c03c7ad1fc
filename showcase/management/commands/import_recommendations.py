"""`manage.py import_recommendations FILE.xlsx`: take an office's list in, or say what is wrong.

The same reading and the same service as the authority's page.
"""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext as _

from portal.accounts.enums import Role
from portal.accounts.models import Organisation, User
from portal.core.denials import Denied
from showcase.imports.recommendation_list import DryRun, dry_run
from showcase.models import Round
from showcase.queries.recommendations import round_to_act_in
from showcase.queries.submissions import people_of
from showcase.services.importing import Plan, import_entries


class Command(BaseCommand):
    """Reads a recommendation list. Exit code 0, or 1 when a commit was refused."""

    help = (
        "Take in a recommendation list (xlsx) of an authority. With --dry-run nothing is written "
        "and the exit code is 0; without it, a list with faults is refused as a whole (exit 1)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the workbook (.xlsx)")
        parser.add_argument("--round", help="code of the round (default: the one open now)")
        parser.add_argument("--authority", help="code of the authority (default: the first)")
        parser.add_argument("--by", help="e-mail of the person of the authority who imports")
        parser.add_argument("--dry-run", action="store_true", help="report only, write nothing")
        parser.add_argument("--json", action="store_true", help="print rows and faults as JSON")
        parser.add_argument("--language", default="zh-hans", choices=["zh-hans", "en"])

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override(options["language"]):
            round = find_round(options["round"])
            authority = find_authority(options["authority"], round)
            result = read(options["file"], round, authority)
            self.stdout.write(as_json(result) if options["json"] else report(result))
            if not options["dry_run"]:
                done = commit(result, round, authority, options["by"])
                if not options["json"]:
                    self.stdout.write(done)


def find_round(code: str | None) -> Round:
    """Return the round with this code, or the one open for applications (else newest)."""
    if code:
        found = Round.objects.filter(code=code).first()
    else:
        rounds = list(Round.objects.published())
        applying = [one for one in rounds if one.state == "applying"]
        found = applying[0] if applying else round_to_act_in(rounds)
    if found is None:
        raise CommandError(_("There is no such round."))
    return found


def find_authority(code: str | None, round: Round) -> Organisation:
    """Return the authority with this code, or the first one that has places in the round."""
    authorities = Organisation.objects.filter(kind=Organisation.Kind.AUTHORITY)
    wanted = authorities.filter(code=code) if code else authorities.filter(quotas__round=round)
    found = wanted.order_by("pk").first()
    if found is None:
        raise CommandError(_("There is no such authority."))
    return found


def read(path: Path, round: Round, authority: Organisation) -> DryRun:
    """Return the dry run of a file, or end with its reason."""
    try:
        with path.open("rb") as stream:
            return dry_run(stream, round=round, authority=authority)
    except OSError as error:
        raise CommandError(_("%(path)s cannot be read.") % {"path": path}) from error
    except ValidationError as error:
        raise CommandError(" ".join(error.messages)) from error


def as_json(result: DryRun) -> str:
    """Return rows and faults as JSON."""
    return json.dumps(result.as_json(), ensure_ascii=False, indent=1)


def report(result: DryRun) -> str:
    """Return rows, what would change, and every fault for a person at a terminal."""
    plan = result.plan
    lines = [
        _("Rows: %(rows)d; new drafts: %(new)d; changed: %(changed)d; unchanged: %(same)d")
        % {
            "rows": len(result.reading.entries),
            "new": plan.count("create"),
            "changed": plan.count("update"),
            "same": plan.count("same"),
        }
    ]
    for one in result.faults:
        place = _("row %(row)d, %(column)s") % vars(one) if one.row else _("whole list")
        lines.append(f"{one.sheet} {place}: {one.reason} {one.remedy}")
    if plan.refusal:
        lines.append(plan.refusal)
    return "\n".join(lines)


def commit(result: DryRun, round: Round, authority: Organisation, email: str | None) -> str:
    """Take the list in and say so, or end with the reason."""
    if result.faults:
        raise CommandError(_("Nothing was written: the list has faults."))
    try:
        plan = import_entries(
            entries=result.reading.entries,
            round=round,
            authority=authority,
            by=person(authority, email),
        )
    except Denied as refusal:
        raise CommandError(str(refusal)) from refusal
    except ValidationError as error:
        raise CommandError(" ".join(error.messages)) from error
    return said(plan)


def person(authority: Organisation, email: str | None) -> User:
    """Return who imports: the person named, or the authority's first recommender."""
    people = people_of(authority, Role.RECOMMENDER).order_by("pk")
    found = people.filter(email=email.lower()).first() if email else people.first()
    if found is None:
        raise CommandError(_("Nobody of this authority may import; name a person with --by."))
    return found


def said(plan: Plan) -> str:
    """Return what was done."""
    return _("Done: %(new)d drafts begun, %(changed)d entries changed.") % {
        "new": plan.count("create"),
        "changed": plan.count("update"),
    }
