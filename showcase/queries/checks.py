"""Reads of the formal check: what the automatic items find, what changed, what is waiting."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from portal.core.calendar import add_working_days
from showcase import form_schema
from showcase.checklist import BY_CODE
from showcase.eligibility import Finding, Outcome, judge
from showcase.models import CheckItem, FormalCheck, Revision, Round, Submission
from showcase.queries.submissions import eligibility_facts
from showcase.similarity import HINT_FROM, Corpus, Likeness

TEXT_KEYS = (
    "pj.summary",
    "tx.background",
    "tx.arch",
    "tx.tech",
    "tx.innov",
    "tx.impl",
    "tx.benefit",
    "tx.replicate",
    "tx.comply",
    "tx.plan",
)
MOMENTS = ("closes_at", "at")
Result = CheckItem.Result


@dataclass(frozen=True)
class Proposal:
    """What the system proposes for an item: the result and the evidence kept with it."""

    code: str
    result: str
    evidence: dict[str, Any]


def body_of(data: Mapping[str, Any]) -> str:
    """Return the written parts of an application as one text."""
    return "\n".join(str(data.get(key) or "") for key in TEXT_KEYS)


def corpus_of(others: QuerySet[Submission]) -> Corpus:
    """Return the written parts of applications, ready to be compared with."""
    rows = others.values_list("pk", "data").iterator(chunk_size=200)
    return Corpus((pk, body_of(data)) for pk, data in rows)


def proposals(submission: Submission, corpus: Corpus) -> list[Proposal]:
    """Return what the system finds for F1 to F10 and F14."""
    found = [proposal_of(finding) for finding in judge(eligibility_facts(submission))]
    like = corpus.most_like(submission.pk, body_of(submission.data))
    return [*found, likeness_proposal(like)]


def proposal_of(finding: Finding) -> Proposal:
    """Return the proposal for one finding: met passes, unmet as the checklist says.

    F10 stays open when the files are there: that they can be read is for a person to say.
    """
    item = BY_CODE[finding.code]
    results = {
        Outcome.MET: Result.PASS if item.is_automatic else Result.OPEN,
        Outcome.UNMET: Result(item.when_unmet),
        Outcome.OPEN: Result.OPEN,
    }
    figures = {key: storable(value) for key, value in finding.figures.items()}
    evidence = {"outcome": finding.outcome.value, "figures": figures}
    return Proposal(finding.code, results[finding.outcome], evidence)


def storable(value: Any) -> Any:
    """Return a figure as JSON can keep it."""
    return value.isoformat() if isinstance(value, date) else value


def finding_of(item: CheckItem) -> Finding | None:
    """Return the kept finding of an item as it was, or None where there is none."""
    if "outcome" not in item.evidence:
        return None
    figures = dict(item.evidence["figures"])
    for key in MOMENTS:
        if figures.get(key):
            figures[key] = datetime.fromisoformat(figures[key])
    if figures.get("online"):
        figures["online"] = date.fromisoformat(figures["online"])
    return Finding(item.code, Outcome(item.evidence["outcome"]), figures)


def likeness_proposal(like: Likeness | None) -> Proposal:
    """Return the proposal for F14: a hint from 30 % on, with the most similar application."""
    if like is None:
        return Proposal("F14", Result.PASS, {"percent": 0})
    other = Submission.objects.filter(pk=int(str(like.key))).select_related("applicant").first()
    evidence = {
        "percent": like.percent,
        "title": str(other or ""),
        "applicant": other.applicant.name if other else "",
        "public_id": other.public_id if other else "",
    }
    return Proposal("F14", Result.HINT if like.percent >= HINT_FROM else Result.PASS, evidence)


# --- what changed in the correction -----------------------------------------------------------


@dataclass(frozen=True)
class FieldChange:
    """One field of the form that the correction changed, with both values as stored."""

    field: Mapping[str, Any]
    before: Any
    after: Any


def revision_at(submission: Submission, moment: datetime) -> Revision | None:
    """Return the application's revision as it stood at a moment."""
    return submission.revisions.filter(saved_at__lte=moment).order_by("-number").first()


def corrected_fields(check: FormalCheck) -> list[FieldChange]:
    """Return the fields changed since the application was returned, in the form's order."""
    submission = check.submission
    if not check.returned_at:
        return []
    base = revision_at(submission, check.returned_at)
    before = base.data if base else {}
    return [
        FieldChange(field, before.get(field["key"]), submission.data.get(field["key"]))
        for field in form_schema.fields(submission.round.form.schema)
        if before.get(field["key"]) != submission.data.get(field["key"])
    ]


def new_files(check: FormalCheck) -> list[Any]:
    """Return the attachments put in since the application was returned."""
    if not check.returned_at:
        return []
    files = check.submission.attachments.filter(added_at__gt=check.returned_at)
    return list(files.select_related("file"))


# --- screens ------------------------------------------------------------------------------------


def check_to_show(submission: Submission) -> FormalCheck | None:
    """Return the check of an application with its items, or None before it was opened."""
    checks = FormalCheck.objects.filter(submission=submission)
    return checks.select_related("submission", "decided_by").prefetch_related("items").first()


def items_of(check: FormalCheck) -> list[CheckItem]:
    """Return the fifteen items in their order."""
    return sorted(check.items.all(), key=lambda item: int(item.code[1:]))


def correction_deadline(round: Round, today: date) -> date:
    """Return the last day of a correction: the round's working days, today not counted."""
    return add_working_days(today, round.rules.get("correction_days", 5))


def queue_of(round: Round, user: Any) -> list[Submission]:
    """Return the entries of a round that have come to the formal check, in number order."""
    rows = Submission.objects.visible_to(user).filter(round=round)
    return list(
        rows.filter(formal_check__isnull=False)
        .select_related("formal_check", "applicant")
        .defer("data")
        .order_by("number", "pk")
    )


def local_day(moment: datetime | None) -> date | None:
    """Return the day of a moment in programme time."""
    return timezone.localtime(moment).date() if moment else None


def counts_of(items: Iterable[CheckItem]) -> dict[str, int]:
    """Return how many items have each result."""
    found = dict.fromkeys(Result.values, 0)
    for item in items:
        found[item.result] += 1
    return found


def changed_since_return(check: FormalCheck) -> bool:
    """Say whether answers or files were changed after the application was returned."""
    if check.returned_at is None:
        return False
    entry = check.submission
    return (
        entry.revisions.filter(saved_at__gt=check.returned_at).exists()
        or entry.attachments.filter(added_at__gt=check.returned_at).exists()
    )
