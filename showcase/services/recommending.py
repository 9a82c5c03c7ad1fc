"""The recommending authority's list: its order, sending it within the quota, passing over.

Every change locks the authority's quota row first, so that two people of one authority work
one after the other and no place is given twice. Reading spreadsheets belongs to `imports`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Organisation
from portal.core import audit, clock
from portal.core.denials import Denied
from portal.core.notifications import notify
from showcase.lifecycle import SUBMISSION, SubmissionState
from showcase.models import Quota, Recommendation, Round, Submission
from showcase.queries.recommendations import (
    list_version,
    recommendations_of,
    used_places,
)
from showcase.queries.submissions import applicants_of
from showcase.rules.recommending import (
    check_can_pass_over,
    check_can_rank,
    check_can_send,
    check_is_no_party,
)

# While priorities are exchanged, rows wait out of the way of the unique constraint.
ASIDE = 10_000
REASON_MAX = 600
PRIORITY_MAX = 999


@dataclass(frozen=True)
class Wish:
    """What an authority wants for one application; no priority takes it off the list."""

    priority: int | None
    reason: str = ""
    remark: str | None = None


def lock_quota(round: Round, authority: Organisation) -> Quota:
    """Return the authority's locked quota row; raise Denied where it has no places."""
    quota = Quota.objects.select_for_update().filter(round=round, authority=authority).first()
    if quota is None:
        raise Denied(
            _("%(authority)s has no places in this round.") % {"authority": authority.display_name},
            code="recommendation.no_quota",
        )
    return quota


@transaction.atomic
def set_order(
    *,
    round: Round,
    authority: Organisation,
    wishes: Mapping[str, Wish],
    by: Any,
    version: str | None = None,
) -> bool:
    """Set priorities and reasons of some entries and return whether anything changed.

    `wishes` is keyed by the application's public id; entries not named stay as they are.
    Locks the quota, checks the rule, and that nobody changed the list since `version` was
    read; writes rows and one audit event. Raises Denied, or ValidationError with a dict of
    messages by public id. Entries already sent keep their place.
    """
    lock_quota(round, authority)
    check_can_rank(by, round, authority)
    if version is not None and version != list_version(round, authority):
        raise ValidationError(
            _(
                "Somebody else of your authority has changed the list since you opened it. "
                "What you typed is kept below; compare it and save again."
            ),
            code="changed",
        )
    before = {rec.submission.public_id: rec for rec in recommendations_of(round, authority)}
    wanted = {key: wish for key, wish in wishes.items() if is_change(before.get(key), wish)}
    if not wanted:
        return False
    own = Submission.objects.filter(round=round, authority=authority, public_id__in=wanted)
    entries = {one.public_id: one for one in own.select_related("applicant")}
    check_wishes(wanted, before, entries)
    write_wishes(wanted, before, entries, round=round, authority=authority, by=by)
    record_order(round, authority, before, by=by)
    return True


def is_change(now: Recommendation | None, wish: Wish) -> bool:
    """Say whether a wish differs from what stands."""
    if now is None:
        return wish.priority is not None or bool(wish.reason)
    remark = now.remark if wish.remark is None else wish.remark
    return (now.priority, now.reason, now.remark) != (wish.priority, wish.reason, remark)


def check_wishes(
    wanted: Mapping[str, Wish],
    before: Mapping[str, Recommendation],
    entries: Mapping[str, Submission],
) -> None:
    """Raise ValidationError naming every entry whose wish cannot be granted."""
    faults = {key: fault for key, wish in wanted.items() if (fault := fault_of(key, wish, entries))}
    taken: dict[int, str] = {rec.priority: key for key, rec in before.items() if key not in wanted}
    for key, wish in wanted.items():
        if key not in entries:
            continue
        if key in before and before[key].sent_at:
            faults[key] = _("This entry has been sent; its place can no longer be changed.")
        elif wish.priority in taken:
            other = taken[wish.priority]
            named = before[other].submission if other in before else entries[other]
            faults.setdefault(
                key,
                _("Priority %(n)d is given to “%(title)s” too. Give each one its own.")
                % {"n": wish.priority, "title": shown_title(named)},
            )
        elif wish.priority is not None:
            taken[wish.priority] = key
    if faults:
        raise ValidationError({key: [str(fault)] for key, fault in faults.items()})


def shown_title(submission: Submission) -> str:
    """The title, or for a draft, whose content is private, the applicant's name."""
    is_draft = submission.state == SubmissionState.DRAFT
    return submission.applicant.display_name if is_draft else str(submission)


def fault_of(key: str, wish: Wish, entries: Mapping[str, Submission]) -> Any:
    """Return what is wrong with one wish by itself, or None."""
    if key not in entries:
        return _("This application is not on your list.")
    if entries[key].state not in {SubmissionState.DRAFT, SubmissionState.SUBMITTED}:
        return _("This application can no longer be ranked.")
    if wish.priority is None and wish.reason:
        return _("Give this entry a priority, or empty its reason.")
    if wish.priority is not None and not 1 <= wish.priority <= PRIORITY_MAX:
        return _("A priority is a whole number from 1 to %(max)d.") % {"max": PRIORITY_MAX}
    if len(wish.reason) > REASON_MAX:
        return _("The reason has %(n)d characters; at most %(max)d are accepted.") % {
            "n": len(wish.reason),
            "max": REASON_MAX,
        }
    return None


def write_wishes(
    wanted: Mapping[str, Wish],
    before: Mapping[str, Recommendation],
    entries: Mapping[str, Submission],
    *,
    round: Round,
    authority: Organisation,
    by: Any,
) -> None:
    """Write granted wishes: step aside, delete what left the list, put the rest in place."""
    touched = [before[key].pk for key in wanted if key in before]
    Recommendation.objects.filter(pk__in=touched).update(priority=F("priority") + ASIDE)
    for key, wish in wanted.items():
        if wish.priority is None:
            Recommendation.objects.filter(submission=entries[key]).delete()
            continue
        facts = {"priority": wish.priority, "reason": wish.reason, "updated_by": by}
        if wish.remark is not None:
            facts["remark"] = wish.remark
        Recommendation.objects.update_or_create(
            submission=entries[key],
            defaults={**facts, "round": round, "authority": authority, "updated_at": clock.now()},
        )


def record_order(
    round: Round, authority: Organisation, before: Mapping[str, Recommendation], *, by: Any
) -> None:
    """Write the one audit event of a changed order: priorities before and after by id."""
    after = {rec.submission.public_id: rec.priority for rec in recommendations_of(round, authority)}
    audit.record(
        action="recommendations.ordered",
        obj=round,
        by=by,
        before={key: rec.priority for key, rec in before.items()},
        after=after,
        facts={"authority": authority.uscc},
    )


@transaction.atomic
def move_entry(*, round: Round, authority: Organisation, key: str, step: int, by: Any) -> bool:
    """Move one entry up (step -1) or down (+1) among those not sent; return whether it moved.

    An entry without a priority takes the first free place after the last. Locks the quota,
    checks the rule; writes through `set_order`. Raises Denied, ValidationError.
    """
    lock_quota(round, authority)
    rows = list(recommendations_of(round, authority))
    open_rows = [rec for rec in rows if rec.sent_at is None]
    keys = [rec.submission.public_id for rec in open_rows]
    if key not in keys:
        last = max((rec.priority for rec in rows), default=0)
        return set_order(round=round, authority=authority, wishes={key: Wish(last + 1)}, by=by)
    place = keys.index(key)
    if not 0 <= place + step < len(keys):
        return False
    one, other = open_rows[place], open_rows[place + step]
    wishes = {
        keys[place]: Wish(other.priority, one.reason),
        keys[place + step]: Wish(one.priority, other.reason),
    }
    return set_order(round=round, authority=authority, wishes=wishes, by=by)


@transaction.atomic
def send_list(*, round: Round, authority: Organisation, by: Any) -> list[Submission]:
    """Recommend every ranked, submitted entry not sent yet; return them in their order.

    Rule: an authority recommends no more entries than its places (推荐名额); a place stays used
    when its entry is withdrawn or fails later. Locks the quota and the entries, checks the rule,
    moves each entry, marks its row sent, writes audit rows, notifies the applicants. Entries
    still in draft stay on the list for a later sending. Raises Denied; sends all or none.
    """
    quota = lock_quota(round, authority)
    check_can_send(by, round, authority)
    waiting = recommendations_of(round, authority).filter(sent_at=None)
    ready = {
        rec.submission_id: rec
        for rec in waiting.filter(submission__state=SubmissionState.SUBMITTED)
    }
    if not ready:
        raise Denied(
            _("No entry with a priority is waiting to be sent. Give priorities first."),
            code="recommendation.empty",
        )
    check_within_quota(quota, used_places(round, authority), len(ready))
    locked = Submission.objects.select_for_update(of=("self",)).select_related("round", "applicant")
    entries = list(locked.filter(pk__in=ready).prefetch_related("partners"))
    check_is_no_party(by, entries)
    entries.sort(key=lambda one: ready[one.pk].priority)
    for entry in entries:
        recommend(entry, ready[entry.pk], by=by)
    return entries


def check_within_quota(quota: Quota, used: int, more: int) -> None:
    """Raise Denied, saying how many priorities to clear, when the places do not suffice."""
    over = used + more - quota.places
    if over > 0:
        raise Denied(
            _(
                "%(total)d entries against a quota of %(places)d. "
                "Clear the priority of %(over)d and send again."
            )
            % {"total": used + more, "places": quota.places, "over": over},
            code="recommendation.over_quota",
        )


def recommend(submission: Submission, recommendation: Recommendation, *, by: Any) -> None:
    """Move one locked entry to recommended, mark its row sent and tell the applicant."""
    recommendation.sent_at = clock.now()
    recommendation.updated_by = by
    recommendation.save(update_fields=["sent_at", "updated_by"])
    SUBMISSION.move(submission, "recommend", by=by, priority=recommendation.priority)
    notify(
        applicants_of(submission),
        kind="submission.recommended",
        subject=_("“%(title)s” has been recommended"),
        body=_("%(authority)s has recommended your application. The formal check comes next."),
        context={"title": submission, "authority": recommendation.authority},
        url=address_of(submission),
    )


@transaction.atomic
def pass_over(*, submission: Submission, reason: str, by: Any) -> Submission:
    """Decide not to recommend an application; the reason goes to the applicant.

    Locks the entry, checks the rule, takes it off the list, moves it, writes the audit event,
    notifies the applicant. Raises Denied, ValidationError without a reason.
    """
    if not reason.strip():
        raise ValidationError({"reason": _("Say why; the applicant reads it.")}, code="required")
    locked = lock_submission(submission)
    check_can_pass_over(by, locked)
    leave_out(locked, reason.strip(), by=by)
    return locked


@transaction.atomic
def pass_over_rest(*, round: Round, by: Any) -> list[Submission]:
    """Close the recommendation of a round: what no authority recommended is passed over.

    Called when the stage ends, by the service that moves the round on.
    """
    rest = Submission.objects.select_for_update(of=("self",)).filter(
        round=round, state=SubmissionState.SUBMITTED
    )
    left = list(rest.select_related("round", "applicant").order_by("pk"))
    for submission in left:
        leave_out(submission, "", by=by)
    return left


def leave_out(submission: Submission, reason: str, *, by: Any) -> None:
    """Take a locked entry off the list, move it to not recommended and tell the applicant."""
    Recommendation.objects.filter(submission=submission).delete()
    SUBMISSION.move(submission, "pass_over", by=by, reason=reason)
    body = (
        _("The recommending authority gives this reason: %(reason)s")
        if reason
        else _("Recommendation has closed and the application was not on the authority's list.")
    )
    notify(
        applicants_of(submission),
        kind="submission.not_recommended",
        subject=_("“%(title)s” was not recommended"),
        body=body,
        context={"title": submission, "reason": reason},
        url=address_of(submission),
    )


def leave_list(submission: Submission) -> None:
    """Take a withdrawn application off a list not sent yet, so that its priority is free again.

    A place already used stays used. Called in the transaction of the withdrawal.
    """
    Recommendation.objects.filter(submission=submission, sent_at=None).delete()


def lock_submission(submission: Submission) -> Submission:
    """Return the application read afresh under a row lock."""
    rows = Submission.objects.select_for_update(of=("self",))
    return rows.select_related("round", "applicant", "authority").get(pk=submission.pk)


def address_of(submission: Submission) -> str:
    """The page where the applicant follows the application."""
    return reverse("submission_detail", args=[submission.public_id])
