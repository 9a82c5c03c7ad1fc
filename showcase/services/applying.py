"""An application from its first draft to the hand-over: start, save, submit, withdraw.

Every verb locks the submission's row; handing in also locks the rounds of the year, so that
numbers have no gap and the limit of projects is counted once. Files are in `attaching`.
"""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.accounts.enums import Role
from portal.accounts.models import Organisation
from portal.core import audit, clock
from portal.core.notifications import notify
from showcase import form_schema
from showcase.content_hash import content_hash
from showcase.eligibility import Finding, blocking, judge
from showcase.lifecycle import SUBMISSION, SubmissionState
from showcase.models import Round, Submission
from showcase.queries.submissions import (
    applicants_of,
    eligibility_facts,
    form_faults,
    people_of,
    secretariat,
)
from showcase.rules.applying import (
    check_can_edit,
    check_can_resubmit,
    check_can_start,
    check_can_submit,
    check_can_withdraw,
    check_is_applicant,
)
from showcase.rules.wording import fault_text, finding_words, sentence
from showcase.services.checking import take_back
from showcase.services.drafts import Saved, keep_revision, merge_into, mirror
from showcase.services.recommending import leave_list

__all__ = ["Saved", "resubmit", "save_section", "start_draft", "submit", "withdraw"]


@transaction.atomic
def start_draft(
    round: Round,
    applicant: Organisation,
    *,
    by: Any,
    data: Mapping[str, Any] | None = None,
) -> Submission:
    """Start a draft for an organisation and return it.

    Facts known of the organisation are filled in; `data` {field key: value} adds to them.
    Writes the submission, its first revision, partners, then the audit event. Raises Denied.
    """
    check_can_start(by, round, applicant)
    draft = Submission(round=round, applicant=applicant, created_by=by)
    draft.data = known_facts(applicant) | cleaned(round, data or {})
    keep_revision(draft, by=by)
    mirror(draft)
    audit.record(action="submission.started", obj=draft, by=by, after=draft.state)
    return draft


def known_facts(applicant: Organisation) -> dict[str, Any]:
    """Return the form's answers that the organisation's own record gives."""
    facts = {
        "org.name": applicant.name,
        "org.uscc": applicant.uscc,
        "org.region": applicant.region,
        "org.industry": applicant.industry,
    }
    return {key: value for key, value in facts.items() if value}


def cleaned(round: Round, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of known fields in their stored form; unknown keys raise KeyError."""
    fields = form_schema.fields_by_key(round.form.schema)
    return {key: form_schema.clean(fields[key], value) for key, value in data.items()}


@transaction.atomic
def save_section(
    submission: Submission, section: str, *, by: Any, data: Mapping[str, Any], base: int
) -> Saved:
    """Save answers of one section as a new revision; return it with what is wrong in it.

    `data` maps field keys to what was typed, `base` is the revision the writer began from.
    Answers that somebody else changed since are merged where they do not collide. What is
    wrong (too long, wrong code) is saved all the same and comes back as faults. Saving what
    is already there makes no revision. An answer that holds a resident identity number is not
    kept: the one before it stays. Raises Denied, and Conflict where both wrote the same
    answer differently.
    """
    locked = lock(submission)
    check_can_edit(by, locked)
    part = form_schema.section(locked.round.form.schema, section)
    if part is None:
        raise ValidationError(_("This form has no such section."), code="section")
    own = {one["key"] for one in part["fields"]}
    mine = cleaned(locked.round, {key: data[key] for key in data if key in own})
    refused = form_schema.identity_faults(locked.round.form.schema, mine, section_key=section)
    for fault in refused:
        mine.pop(fault.key.partition("#")[0], None)
    if merge_into(locked, mine, base=base):
        keep_revision(locked, by=by, section=section)
        mirror(locked)
    return Saved(locked, form_faults(locked, section=section), refused)


def lock(submission: Submission) -> Submission:
    """Return the submission read anew under a row lock."""
    return (
        Submission.objects.select_for_update(of=("self",))
        .select_related("round__form", "applicant")
        .get(pk=submission.pk)
    )


def lock_year(submission: Submission) -> None:
    """Lock the rounds of the submission's year, in one order, so that counting is serial."""
    rounds = Round.objects.select_for_update().filter(year=submission.round.year)
    list(rounds.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def submit(submission: Submission, *, by: Any) -> Submission:
    """Hand an application in and return it with number, time and content hash.

    Side effects, in order: locks the year's rounds and the row; rule; F1 to F10; number,
    time, hash; state and audit event; notices to the applicant's people and to the
    authority. A second call for an application already submitted returns it unchanged.
    Raises Denied (late, not yours), ValidationError (a message for every fault).
    """
    lock_year(submission)
    locked = lock(submission)
    check_is_applicant(by, locked.applicant)
    if locked.state == SubmissionState.SUBMITTED:
        return locked
    check_can_submit(by, locked)
    check_complete(locked)
    mirror(locked)
    locked.number = next_number(locked.round)
    locked.submitted_at = clock.now()
    locked.content_hash = fingerprint(locked)
    locked.save(update_fields=["number", "submitted_at", "content_hash"])
    SUBMISSION.move(locked, "submit", by=by, number=locked.number, sha256=locked.content_hash)
    tell_submitted(locked)
    return locked


def next_number(round: Round) -> str:
    """Return the next number of the year: AP-2026-0001 and on.

    Rule: numbers run over all rounds of a year without a gap; call under the year's lock.
    """
    prefix = f"AP-{round.year}-"
    return f"{prefix}{Submission.objects.filter(number__startswith=prefix).count() + 1:04d}"


def fingerprint(submission: Submission) -> str:
    """Return the content hash of the application as it stands in the database."""
    files = submission.attachments.values_list("code", "file__sha256")
    form = submission.round.form.number
    return content_hash(form=form, data=submission.data, files=files)


def check_complete(submission: Submission, *, skip: tuple[str, ...] = ()) -> list[Finding]:
    """Return the findings, or raise ValidationError with every reason by field or item.

    The error's dictionary has field keys ("pj.title"), and F codes for what is no field.
    """
    findings = judge(eligibility_facts(submission))
    reasons: dict[str, list[str]] = {}
    for fault in form_faults(submission):
        reasons.setdefault(fault.key, []).append(fault_text(fault))
    for one in blocking(findings):
        if one.code not in skip and not (one.code == "F2" and reasons):
            words = finding_words(one)
            reasons[one.code] = [sentence(words.title, words.note)]
    if reasons:
        raise ValidationError(reasons)
    return findings


def tell_submitted(submission: Submission) -> None:
    """Leave notices: the receipt for the applicant, the new entry for the authority."""
    context = {"title": submission.title, "number": submission.number}
    notify(
        applicants_of(submission),
        kind="submission.submitted",
        subject=_("Application %(number)s received: %(title)s"),
        body=_("The receipt with time and fingerprint is kept with your application."),
        context=context,
        url=reverse("submission_receipt", args=[submission.public_id]),
    )
    notify(
        people_of(submission.authority, Role.RECOMMENDER),
        kind="submission.received",
        subject=_("New application in your region: %(title)s"),
        body=_("%(number)s waits for your recommendation."),
        context=context,
        url=reverse("authority_home"),
    )


@transaction.atomic
def resubmit(submission: Submission, *, by: Any) -> Submission:
    """Hand in the corrected application: new content hash, same number and first time.

    Locks, rule, F2 to F10, hash, state and audit event (with the hash before), the formal
    check taken up again, notice to the secretariat. Raises Denied, ValidationError.
    """
    lock_year(submission)
    locked = lock(submission)
    check_can_resubmit(by, locked)
    check_complete(locked, skip=("F1", "F9"))
    mirror(locked)
    before, locked.content_hash = locked.content_hash, fingerprint(locked)
    locked.save(update_fields=["content_hash"])
    SUBMISSION.move(locked, "resubmit", by=by, sha256=locked.content_hash, sha256_before=before)
    take_back(locked)
    notify(
        secretariat(),
        kind="submission.corrected",
        subject=_("Correction received: %(title)s"),
        body=_("%(number)s has been corrected and waits for the formal check."),
        context={"title": locked.title, "number": locked.number},
        url=reverse("office_home"),
    )
    return locked


@transaction.atomic
def withdraw(submission: Submission, *, by: Any, reason: str = "") -> Submission:
    """Withdraw an application; number and revisions stay, the limit of projects frees up.

    Locks, rule, state and audit event with the reason, its place on a list not sent yet, notice
    to the authority if it had the
    application. Withdrawing twice changes nothing. Raises Denied.
    """
    locked = lock(submission)
    check_is_applicant(by, locked.applicant)
    if locked.state == SubmissionState.WITHDRAWN:
        return locked
    was_handed_in = locked.submitted_at is not None
    check_can_withdraw(by, locked)
    SUBMISSION.move(locked, "withdraw", by=by, reason=reason.strip()[:500])
    leave_list(locked)
    if was_handed_in:
        notify(
            people_of(locked.authority, Role.RECOMMENDER),
            kind="submission.withdrawn",
            subject=_("Application withdrawn: %(title)s"),
            body=_("%(number)s was withdrawn by the applicant."),
            context={"title": locked.title, "number": locked.number},
            url=reverse("authority_home"),
        )
    return locked
