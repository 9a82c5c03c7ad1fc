"""The formal check (形式审查): opening it, marking items, returning once, accepting, failing.

The automatic items are found by the same functions that the applicant saw while writing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from portal.core import audit, clock
from portal.core.denials import Denied
from portal.core.notifications import notify
from showcase.checklist import BY_CODE, CODES
from showcase.lifecycle import SUBMISSION, SubmissionState
from showcase.models import CheckItem, FormalCheck, Round, Submission
from showcase.queries.checks import (
    Proposal,
    corpus_of,
    correction_deadline,
    finding_of,
    items_of,
    proposals,
)
from showcase.queries.office import undecided
from showcase.queries.submissions import applicants_of
from showcase.rules.checking import (
    check_can_accept,
    check_can_fail,
    check_can_mark,
    check_can_return,
    item_name,
)
from showcase.rules.rounds import check_can_manage_rounds
from showcase.rules.wording import finding_words
from showcase.services.recommending import pass_over_rest
from showcase.services.rounds import advance_round
from showcase.similarity import Corpus

Result = CheckItem.Result
NOTE_MAX = 300
CLOSES_AT = time(17, 0)


@dataclass(frozen=True)
class MarkOf:
    """What a checker says of one item."""

    result: str
    note: str = ""


# --- opening ------------------------------------------------------------------------------------


@transaction.atomic
def start_checks(round: Round, *, by: Any) -> Round:
    """End the recommendation and open the formal check of everything recommended.

    Moves the round, passes over what no authority recommended, opens the checks with their
    automatic items. Raises Denied.
    """
    moved = advance_round(round, "start_checks", by=by)
    pass_over_rest(round=moved, by=by)
    open_checks(moved, by=by)
    return moved


@transaction.atomic
def open_checks(round: Round, *, by: Any) -> list[FormalCheck]:
    """Open the check of every recommended entry that has none yet; return those opened."""
    check_can_manage_rounds(by)
    waiting = to_check(round.submissions.filter(formal_check=None))
    entries = list(waiting.filter(state=SubmissionState.RECOMMENDED))
    corpus = corpus_of(Submission.objects.handed_in()) if entries else Corpus({})
    return [open_one(entry, corpus, by=by) for entry in entries]


def to_check(submissions: Any) -> Any:
    """Return submissions with what the automatic items look at."""
    return submissions.select_related("round__form", "applicant", "authority").prefetch_related(
        "round__stages", "round__directions", "attachments", "partners"
    )


@transaction.atomic
def open_check(submission: Submission, *, by: Any) -> FormalCheck:
    """Return the check of one recommended entry, opened now if it was not. Raises Denied."""
    locked = lock(submission)
    known = FormalCheck.objects.filter(submission=locked).first()
    if known:
        return known
    check_can_mark(by, locked)
    return open_one(locked, corpus_of(Submission.objects.handed_in()), by=by)


def open_one(submission: Submission, corpus: Corpus, *, by: Any) -> FormalCheck:
    """Write a check and its fifteen items with what the system proposes; audited."""
    check = FormalCheck.objects.create(submission=submission, opened_by=by)
    found = {one.code: one for one in proposals(submission, corpus)}
    CheckItem.objects.bulk_create(
        [new_item(check, code, found.get(code)) for code in CODES],
    )
    audit.record(
        action="check.opened",
        obj=submission,
        by=by,
        facts={code: one.result for code, one in found.items()},
    )
    return check


def new_item(check: FormalCheck, code: str, proposal: Proposal | None) -> CheckItem:
    """Return one unsaved item."""
    return CheckItem(
        check_of=check,
        code=code,
        is_automatic=BY_CODE[code].is_automatic,
        result=proposal.result if proposal else Result.OPEN,
        evidence=proposal.evidence if proposal else {},
    )


@transaction.atomic
def take_back(submission: Submission) -> None:
    """Take a corrected application back into its check.

    Called by the applicant's hand-over, in its transaction: notes the time, finds the
    automatic items anew, and opens again what was to be corrected and is for people to judge.
    """
    check = FormalCheck.objects.filter(submission=submission).first()
    if check is None:
        return
    check.resubmitted_at = clock.now()
    check.save(update_fields=["resubmitted_at"])
    renew_items(check, to_check(Submission.objects.filter(pk=submission.pk)).get())


def renew_items(check: FormalCheck, submission: Submission) -> None:
    """Write the automatic findings anew; other items to be corrected become open."""
    corpus = corpus_of(Submission.objects.handed_in())
    found = {one.code: one for one in proposals(submission, corpus)}
    for item in items_of(check):
        proposal = found.get(item.code)
        if proposal:
            item.evidence = proposal.evidence
        if item.is_automatic and proposal:
            item.result = proposal.result
        elif item.result == Result.CORRECT:
            item.result = Result.OPEN
        item.save(update_fields=["result", "evidence"])


# --- marking ------------------------------------------------------------------------------------


def lock(submission: Submission) -> Submission:
    """Return the application read afresh under a row lock."""
    rows = Submission.objects.select_for_update(of=("self",))
    return to_check(rows).get(pk=submission.pk)


def lock_check(submission: Submission) -> FormalCheck:
    """Return the check of a freshly locked application; raise ValidationError without one."""
    locked = lock(submission)
    check = FormalCheck.objects.filter(submission=locked).first()
    if check is None:
        raise ValidationError(_("The check has not been opened yet."), code="check.missing")
    check.submission = locked
    return check


@transaction.atomic
def mark_items(
    submission: Submission, marks: Mapping[str, MarkOf], *, by: Any, note: str | None = None
) -> FormalCheck:
    """Write what the checker says of some items, and the note on the whole; return the check.

    Locks, rule, rows, one audit event with what changed. Saying the same again changes
    nothing. Raises Denied, and ValidationError with a dict of messages by item code.
    """
    check = lock_check(submission)
    check_can_mark(by, check.submission)
    items = {item.code: item for item in items_of(check)}
    check_marks(marks, items)
    changed = {
        code: (items[code].result, mark.result)
        for code, mark in marks.items()
        if (items[code].result, items[code].note) != (mark.result, mark.note)
    }
    for code in changed:
        write_mark(items[code], marks[code], by=by)
    if note is not None and note != check.note:
        check.note = note
        check.save(update_fields=["note"])
    if changed:
        audit.record(action="check.marked", obj=check.submission, by=by, facts=changed)
    return check


def check_marks(marks: Mapping[str, MarkOf], items: Mapping[str, CheckItem]) -> None:
    """Raise ValidationError naming each item whose mark cannot stand.

    Rule: what is to be corrected or fails, and what departs from the system's finding, is
    explained in the note; a hint is only ever the system's.
    """
    faults: dict[str, list[str]] = {}
    for code, mark in marks.items():
        fault = mark_fault(mark, items.get(code))
        if fault:
            faults[code] = [str(fault)]
    if faults:
        raise ValidationError(faults)


def mark_fault(mark: MarkOf, item: CheckItem | None) -> Any:
    """Return what is wrong with one mark, or None."""
    if item is None or mark.result not in Result.values:
        return _("This is not an item of the formal check.")
    if len(mark.note) > NOTE_MAX:
        return _("The note has %(n)d characters; at most %(max)d are accepted.") % {
            "n": len(mark.note),
            "max": NOTE_MAX,
        }
    if mark.result == item.result or mark.note:
        return None
    if mark.result in {Result.CORRECT, Result.FAIL}:
        return _("Say what is wrong and what is expected; the applicant reads it.")
    if item.is_automatic and item.result not in {Result.OPEN, Result.HINT}:
        return _("This departs from what the system found. Say why.")
    return None


def write_mark(item: CheckItem, mark: MarkOf, *, by: Any) -> None:
    """Write one mark with who and when."""
    item.result, item.note = mark.result, mark.note
    item.checked_by, item.checked_at = by, clock.now()
    item.save(update_fields=["result", "note", "checked_by", "checked_at"])


# --- deciding -----------------------------------------------------------------------------------


@transaction.atomic
def return_for_correction(submission: Submission, *, by: Any) -> Submission:
    """Return an application for its one correction (补正); the applicant reads what to do.

    Rule: the time is the round's working days, the day of return not counted, ending at
    17:00. Locks, rule, deadline, state and audit event, notice. Raises Denied.
    """
    check = lock_check(submission)
    items = items_of(check)
    check_can_return(by, check, items)
    entry = check.submission
    last = correction_deadline(entry.round, clock.today())
    entry.correct_until = timezone.make_aware(datetime.combine(last, CLOSES_AT))
    entry.save(update_fields=["correct_until"])
    check.returned_at = clock.now()
    check.save(update_fields=["returned_at"])
    wanted = [item for item in items if item.result == Result.CORRECT]
    SUBMISSION.move(
        entry, "return_for_correction", by=by, items=codes_of(wanted), until=entry.correct_until
    )
    tell(
        entry,
        "submission.returned",
        _("“%(title)s” needs a correction until %(until)s"),
        _("Please correct, once, and hand in again:\n%(items)s"),
        until=f"{timezone.localtime(entry.correct_until):%Y-%m-%d %H:%M} (UTC+8)",
        items=lazy_lines(wanted),
    )
    return entry


@transaction.atomic
def accept(submission: Submission, *, by: Any) -> Submission:
    """Accept an application for the expert review (受理). Locks, rule, state, audit, notice."""
    check = lock_check(submission)
    items = items_of(check)
    check_can_accept(by, check, items)
    close(check, "accept", items, by=by)
    tell(
        check.submission,
        "submission.accepted",
        _("“%(title)s” has passed the formal check"),
        _("The expert review comes next."),
    )
    return check.submission


@transaction.atomic
def fail(submission: Submission, *, by: Any) -> Submission:
    """End an application in the formal check. Locks, rule, state, audit, notice with reasons."""
    check = lock_check(submission)
    items = items_of(check)
    check_can_fail(by, check, items)
    reasons = [item for item in items if item.result not in {Result.PASS, Result.HINT}]
    close(check, "fail_check", reasons, by=by)
    tell(
        check.submission,
        "submission.failed_check",
        _("“%(title)s” did not pass the formal check"),
        _("The reasons:\n%(items)s"),
        items=lazy_lines(reasons),
    )
    return check.submission


def close(check: FormalCheck, verb: str, items: Iterable[CheckItem], *, by: Any) -> None:
    """Write who decided and when, and move the application."""
    check.decided_by, check.decided_at = by, clock.now()
    check.save(update_fields=["decided_by", "decided_at"])
    SUBMISSION.move(check.submission, verb, by=by, items=codes_of(items))


def codes_of(items: Iterable[CheckItem]) -> dict[str, str]:
    """Return results by code, for the record."""
    return {item.code: item.result for item in items}


def lines_of(items: Iterable[CheckItem]) -> str:
    """Return items with what the system found and their notes, in the active language."""
    return "\n".join(" ".join(filter(None, line_of(item))) for item in items)


def line_of(item: CheckItem) -> list[str]:
    """Return code and name of an item, what the system found wrong, and the note."""
    finding = finding_of(item)
    words = finding_words(finding) if finding and finding.blocks else None
    found = [words.title, words.note] if words else []
    return [item.code, item_name(item.code), *found, item.note]


# A notice is written in each reader's language, so its list of items must be said that late.
lazy_lines = lazy(lines_of, str)


def tell(submission: Submission, kind: str, subject: Any, body: Any, **context: Any) -> None:
    """Leave a notice for the applicant's people."""
    notify(
        applicants_of(submission),
        kind=kind,
        subject=subject,
        body=body,
        context={"title": submission, **context},
        url=reverse("submission_detail", args=[submission.public_id]),
    )


@transaction.atomic
def finish_checks(round: Round, *, by: Any) -> Round:
    """End the formal check and begin the expert review, when every entry is decided.

    Raises Denied while entries wait or are being corrected.
    """
    locked = Round.objects.select_for_update().get(pk=round.pk)
    left = undecided(locked)
    if left:
        raise Denied(
            _("%(n)d applications have not been decided yet.") % {"n": left},
            code="check.undecided",
        )
    return advance_round(round, "start_review", by=by)
