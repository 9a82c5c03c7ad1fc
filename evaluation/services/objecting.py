"""Objections during public notice: received, held, decided, answered.

Who objected is confidential: notices, the record and public pages never name them.
"""

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from evaluation.models import Objection, PublicNotice
from evaluation.rules.apart import check_has_not_scored
from evaluation.rules.notices import (
    check_answer,
    check_can_handle_objections,
    check_can_object,
    check_is_undecided,
)
from portal.accounts.enums import Role
from portal.accounts.models import User
from portal.core import audit, clock, files
from portal.core.models import PrivateFile
from portal.core.notifications import notify
from showcase.lifecycle import SubmissionState
from showcase.models import Submission
from showcase.rules.recommending import check_is_no_party
from showcase.services import listing

EVIDENCE = files.Purpose("evaluation.evidence", ("pdf", "ofd", "jpg", "jpeg", "png"), 20)
RECEIVED = _("Objection received: %(title)s")
RECEIVED_BODY = _("An objection to “%(title)s” was received under number %(receipt)s.")


@transaction.atomic
def lodge_objection(
    notice: PublicNotice,
    *,
    submission: Submission,
    kind: str,
    objector: str,
    contact: str,
    facts: str,
    evidence: UploadedFile | None = None,
    by: Any = None,
) -> Objection:
    """Receive an objection to one entry of an open notice.

    Checks the time, stores the evidence privately, writes the row and an audit event without the
    objector's name, tells the secretariat. Sent twice, it is received once. `by` is None: the
    public has no account here. Raises Denied after closing, ValidationError for evidence that is
    not acceptable.
    """
    PublicNotice.objects.select_for_update().get(pk=notice.pk)
    check_can_object(notice)
    stored = None
    if evidence is not None:
        stored = files.store(evidence, by=by, purpose=EVIDENCE)
    words = {"kind": kind, "objector": objector, "contact": contact, "facts": facts}
    if twin := same_objection(notice, submission, stored, words):
        return twin
    objection = Objection.objects.create(
        notice=notice,
        submission=submission,
        evidence=stored,
        **words,
    )
    audit.record(
        action="objection.received",
        obj=objection,
        by=by,
        after=objection.outcome,
        facts={"evidence": stored.sha256 if stored else ""},
    )
    notify(
        User.objects.filter(memberships__role=Role.SECRETARIAT).distinct(),
        kind="objection.received",
        subject=RECEIVED,
        body=RECEIVED_BODY,
        context={"title": submission.title, "receipt": objection.receipt},
        url=reverse("notice_admin", args=[notice.public_id]),
    )
    return objection


def same_objection(
    notice: PublicNotice, entry: Submission, stored: PrivateFile | None, words: dict[str, str]
) -> Objection | None:
    """Return the open objection that says the same; the file that came again is dropped."""
    file = {"evidence__sha256": stored.sha256} if stored else {"evidence": None}
    twin = notice.objections.filter(
        submission=entry, outcome=Objection.Outcome.OPEN, **words, **file
    ).first()
    if twin:
        files.discard(stored)
    return twin


def locked(objection: Objection, by: Any) -> Objection:
    """Return the undecided objection for update. Raises Denied."""
    check_can_handle_objections(by)
    row = Objection.objects.select_for_update().get(pk=objection.pk)
    check_is_undecided(row)
    check_is_no_party(by, [row.submission])
    check_has_not_scored(by, row.notice.round)
    return row


@transaction.atomic
def hold_entry(objection: Objection, *, by: Any) -> Objection:
    """Hold the entry while the objection is examined; a second press changes nothing."""
    row = locked(objection, by)
    if row.submission.state == SubmissionState.PROPOSED:
        listing.hold(row.submission, by=by)
    return row


@transaction.atomic
def decide_objection(objection: Objection, *, outcome: str, answer: str, by: Any) -> Objection:
    """Decide an objection and answer it.

    Upheld: the entry is taken off the list with the answer as reason. Rejected or withdrawn: the
    entry proceeds unless another objection to it is open. Writes the row, the audit event, and
    what showcase writes. Raises Denied.
    """
    row = locked(objection, by)
    check_answer(answer)
    row.outcome, row.answer = Objection.Outcome(outcome), answer
    row.decided_at, row.decided_by = clock.now(), by
    row.save()
    audit.record(
        action=f"objection.{row.outcome}",
        obj=row,
        by=by,
        before=Objection.Outcome.OPEN,
        after=row.outcome,
    )
    carry_out(row, by)
    return row


def carry_out(objection: Objection, by: Any) -> None:
    """Do to the entry what the outcome says."""
    entry = objection.submission
    if objection.outcome == Objection.Outcome.UPHELD:
        if entry.state in {SubmissionState.PROPOSED, SubmissionState.ON_HOLD}:
            listing.turn_down(entry, reason=objection.answer, by=by)
        return
    others = entry.objections.filter(outcome=Objection.Outcome.OPEN).exists()
    if entry.state == SubmissionState.ON_HOLD and not others:
        listing.release(entry, by=by)
