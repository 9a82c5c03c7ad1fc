"""What a verdict does to an application: proposed, held, released, listed, not selected.

Evaluation pushes its verdict down as plain values; nothing here knows ballots or ranks.
A listed application gets its term and its public page. Revocation belongs to the term.
"""

from calendar import monthrange
from datetime import date
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.accounts.enums import Role
from portal.accounts.models import User
from portal.core import clock
from portal.core.audit import record
from portal.core.notifications import notify
from showcase.lifecycle import SUBMISSION, SubmissionState
from showcase.models import Demonstration, ShowcasePage, SolutionPage, Submission
from showcase.queries.publication import page_facts
from showcase.rules.listing import check_can_list, check_has_showcase

PROPOSED = _("Proposed for selection: %(title)s")
PROPOSED_BODY = _(
    "“%(title)s” is on the public notice of proposed entries. Objections may be made until the "
    "notice closes; the list is announced after that."
)
NOT_SELECTED = _("Not selected: %(title)s")
NOT_SELECTED_BODY = _("“%(title)s” is not among the selected entries of this round. %(summary)s")
HELD = _("Held for an objection: %(title)s")
HELD_BODY = _(
    "An objection to “%(title)s” was received during the public notice and is being examined. "
    "The other entries proceed; you will be told the outcome."
)
RELEASED = _("Objection not upheld: %(title)s")
RELEASED_BODY = _("The objection to “%(title)s” was not upheld. The entry proceeds.")
LISTED = _("Listed as a pilot demonstration: %(title)s")
LISTED_BODY = _(
    "“%(title)s” is listed. The term runs until %(until)s. The public page of the solution is "
    "online; its text comes from your application."
)


def locked(submission: Submission) -> Submission:
    """Return the row for update, alone: joined rows that may be missing cannot be locked."""
    return Submission.objects.select_for_update().get(pk=submission.pk)


def applicants_of(submission: Submission) -> list[User]:
    """Return the people who act for the applicant."""
    return list(
        User.objects.filter(
            memberships__organisation=submission.applicant_id, memberships__role=Role.APPLICANT
        ).distinct()
    )


def tell(
    submission: Submission, kind: str, subject: Promise, body: Promise, **context: str
) -> None:
    """Leave a notice for the applicant's people."""
    notify(
        applicants_of(submission),
        kind=f"submission.{kind}",
        subject=subject,
        body=body,
        context={"title": submission.title, **context},
        url=reverse("submission_list"),
    )


@transaction.atomic
def record_verdict(
    submission: Submission, *, is_proposed: bool, by: Any, summary: str = ""
) -> Submission:
    """Carry a published verdict into the application's state.

    Locks the row, checks who, moves (`propose` or `not_select`), writes the audit event, tells
    the applicant. `summary` goes into the notice. Raises Denied.
    """
    check_can_list(by)
    row = locked(submission)
    SUBMISSION.move(row, "propose" if is_proposed else "not_select", by=by)
    if is_proposed:
        tell(row, "proposed", PROPOSED, PROPOSED_BODY)
    else:
        tell(row, "not_selected", NOT_SELECTED, NOT_SELECTED_BODY, summary=summary)
    return row


@transaction.atomic
def hold(submission: Submission, *, by: Any) -> Submission:
    """Hold a proposed entry while an objection is examined; tells the applicant."""
    check_can_list(by)
    row = locked(submission)
    SUBMISSION.move(row, "hold", by=by)
    tell(row, "held", HELD, HELD_BODY)
    return row


@transaction.atomic
def release(submission: Submission, *, by: Any) -> Submission:
    """Let a held entry proceed; tells the applicant."""
    check_can_list(by)
    row = locked(submission)
    SUBMISSION.move(row, "release", by=by)
    tell(row, "released", RELEASED, RELEASED_BODY)
    return row


@transaction.atomic
def turn_down(submission: Submission, *, reason: str, by: Any) -> Submission:
    """Take a proposed or held entry off the list, with the reason; tells the applicant."""
    check_can_list(by)
    row = locked(submission)
    SUBMISSION.move(row, "not_select", by=by, reason=reason)
    tell(row, "not_selected", NOT_SELECTED, NOT_SELECTED_BODY, summary=reason)
    return row


@transaction.atomic
def list_submission(submission: Submission, *, by: Any) -> SolutionPage:
    """List a proposed entry: its term begins today and its public page goes online.

    Locks the row, checks who, moves, writes the audit event, term, page and notice. An entry
    that is listed already keeps its page (nothing happens twice). Raises Denied.
    """
    check_can_list(by)
    parent = ShowcasePage.objects.first()
    check_has_showcase(parent)
    row = locked(submission)
    if row.state == SubmissionState.LISTED:
        return row.page
    SUBMISSION.move(row, "list", by=by)
    term = begin_term(row)
    page = publish_page(parent, row, term)
    tell(row, "listed", LISTED, LISTED_BODY, until=term.valid_until.isoformat())
    return page


def begin_term(submission: Submission) -> Demonstration:
    """Write the demonstration with its term from today, 24 months unless the round says other."""
    today = clock.today()
    months = submission.round.rules["validity_months"]
    return Demonstration.objects.create(
        submission=submission, listed_on=today, valid_until=add_months(today, months)
    )


def add_months(day: date, months: int) -> date:
    """Return the same day so many months later; the month's last day where it is shorter."""
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def publish_page(
    parent: ShowcasePage | None, submission: Submission, term: Demonstration
) -> SolutionPage:
    """Put the public page online; its address comes from the application's number for good."""
    assert parent is not None
    page = SolutionPage(
        submission=submission,
        slug=(submission.number or submission.public_id).lower(),
        locale=parent.locale,
        listed_on=term.listed_on,
        valid_until=term.valid_until,
        **page_facts(submission),
    )
    parent.add_child(instance=page)
    page.save_revision().publish()
    return page


# --- the page once it is public -------------------------------------------------------------------

# What the content management lets an editor change of it.
EDITED = ("title", "title_en", "slug", "abstract", "abstract_en", "evidence")


def record_edit(
    sender: Any,
    instance: SolutionPage,
    raw: bool = False,
    update_fields: frozenset[str] | None = None,
    **facts: Any,
) -> None:
    """Record what an edit changes of a public page, in the transaction that saves it.

    Rule: nobody changes a published solution's words or its evidence grade unrecorded. Connected to
    Django's `pre_save`, which every way of the content management comes to; a draft changes none of
    these columns. The person is who made the version that goes live.
    """
    touched = set(EDITED) if update_fields is None else set(EDITED) & update_fields
    if raw or instance.pk is None or not touched:
        return
    old = SolutionPage.objects.filter(pk=instance.pk, live=True).values(*touched).first() or {}
    before = {name: text for name, text in old.items() if text != getattr(instance, name)}
    if before and instance.submission:
        after = {name: getattr(instance, name) for name in before}
        by = instance.live_revision.user if instance.live_revision else None
        record(
            action="submission.page_edited",
            obj=instance.submission,
            by=by,
            before=before,
            after=after,
        )
