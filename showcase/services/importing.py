"""What an office's recommendation list (推荐汇总表) does when it is taken in.

`plan_import` says row by row what would change and what is in the way; `import_entries` does
it, all or nothing, and a second time nothing. Reading cells belongs to `imports`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from unicodedata import normalize

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.enums import Role
from portal.accounts.models import Organisation
from portal.accounts.services.inviting import invite
from portal.core import audit
from portal.core.denials import Denied
from portal.core.notifications import notify
from portal.core.spreadsheets import Fault
from showcase.lifecycle import SubmissionState
from showcase.models import Recommendation, Round, Submission
from showcase.models.programme import in_language
from showcase.queries.recommendations import places_of, recommendations_of
from showcase.queries.submissions import applicants_of
from showcase.rules.applying import check_window
from showcase.rules.recommending import check_can_rank
from showcase.services.applying import start_draft
from showcase.services.recommending import Wish, lock_quota, set_order
from showcase.sheet_columns import BY_KEY

RANKABLE = {SubmissionState.DRAFT, SubmissionState.SUBMITTED}
Key = tuple[str, str]


def plain_title(title: str) -> str:
    """Return a title as it is compared: width, case and spaces do not count."""
    return "".join(normalize("NFKC", title).lower().split())


@dataclass(frozen=True)
class Entry:
    """One row of a sheet as values; `bad` names the columns that hold a fault."""

    sheet: str
    row: int
    headings: Mapping[str, str]
    priority: int | None = None
    title: str = ""
    applicant: str = ""
    uscc: str = ""
    partners: str = ""
    direction: str = ""
    region: str = ""
    industry: str = ""
    investment: Decimal | None = None
    contact: str = ""
    mobile: str = ""
    email: str = ""
    reason: str = ""
    remark: str = ""
    bad: frozenset[str] = frozenset()

    @property
    def key(self) -> Key:
        """What an application is recognised by: credit code and title."""
        return (self.uscc, plain_title(self.title))

    @property
    def has_key(self) -> bool:
        """Whether code and title can be trusted."""
        return bool(self.uscc and self.title) and not self.bad & {"uscc", "title"}

    def fault(self, column: str, reason: str, remedy: str) -> Fault:
        """Return a fault at one of this row's cells, under its heading in the sheet."""
        return Fault(self.sheet, self.row, self.headings.get(column, column), reason, remedy)


@dataclass(frozen=True)
class Change:
    """One value that would become another."""

    column: str
    before: str
    after: str

    @property
    def name(self) -> str:
        """The column's heading in the active language."""
        return in_language(BY_KEY[self.column].zh, BY_KEY[self.column].en)


@dataclass
class Step:
    """What one row does: "create" a draft, "update" its entry, nothing ("same") or "faulty"."""

    entry: Entry
    action: str
    submission: Submission | None = None
    changes: list[Change] = field(default_factory=list)


@dataclass
class Plan:
    """What an import would do; `refusal` is why the whole cannot be taken in now."""

    steps: list[Step]
    faults: list[Fault]
    refusal: str = ""

    def count(self, action: str) -> int:
        """Return how many rows do this."""
        return sum(step.action == action for step in self.steps)


class ImportRefused(ValidationError):
    """The sheet has faults; nothing was taken in."""


# --- planning ---------------------------------------------------------------------------------


def plan_import(*, entries: Sequence[Entry], round: Round, authority: Organisation) -> Plan:
    """Return what taking these rows in would change, and the faults only the database knows.

    Rule: all rows and the authority's other entries of the round count against its quota.
    """
    known = applications_by_key(entries, round)
    current = {rec.submission_id: rec for rec in recommendations_of(round, authority)}
    plan = Plan([], [])
    for entry in entries:
        found = known.get(entry.key) if entry.has_key else None
        plan.steps.append(step_of(entry, found, current))
        plan.faults += faults_against(plan.steps[-1], authority)
    plan.faults += priority_faults(plan.steps, current)
    plan.faults += quota_faults(entries, plan.steps, current, places_of(round, authority))
    if plan.count("create"):
        plan.refusal = why_no_drafts(round)
    return plan


def applications_by_key(entries: Sequence[Entry], round: Round) -> dict[Key, Submission]:
    """Return the round's applications that rows name by credit code and title."""
    codes = {entry.uscc for entry in entries if entry.uscc}
    rows = (
        Submission.objects.filter(round=round, applicant__uscc__in=codes)
        .exclude(state=SubmissionState.WITHDRAWN)
        .select_related("applicant", "authority", "round")
        .order_by("-pk")
    )
    return {(one.applicant.uscc, plain_title(one.title)): one for one in rows}


def step_of(entry: Entry, found: Submission | None, current: Mapping[int, Recommendation]) -> Step:
    """Return what one row does to what is there."""
    if found is None:
        return Step(entry, "faulty" if entry.bad else "create")
    now = current.get(found.pk)
    pairs = [
        ("priority", str(now.priority) if now else "", str(entry.priority or "")),
        ("reason", now.reason if now else "", entry.reason),
        ("remark", now.remark if now else "", entry.remark),
    ]
    changes = [Change(key, old, new) for key, old, new in pairs if old != new]
    return Step(entry, "update" if changes else "same", found, changes)


def faults_against(step: Step, authority: Organisation) -> list[Fault]:
    """Return the fault of a row whose application this authority cannot rank."""
    found, entry = step.submission, step.entry
    if found is None:
        return []
    if found.authority_id not in {None, authority.pk}:
        reason = _("This application belongs to another authority.")
        return [entry.fault("title", reason, _("Delete the row, or ask the secretariat."))]
    if step.changes and found.state not in RANKABLE:
        reason = _("This application can no longer be ranked: %(state)s.") % {
            "state": found.get_state_display()
        }
        remedy = _("Put its values back as they were, or delete the row.")
        return [entry.fault("title", reason, remedy)]
    return []


def priority_faults(steps: Sequence[Step], current: Mapping[int, Recommendation]) -> list[Fault]:
    """Return the rows whose priority is held by an entry that the sheet does not name."""
    named = {step.submission.pk for step in steps if step.submission}
    held = {rec.priority for pk, rec in current.items() if pk not in named}
    return [
        step.entry.fault(
            "priority",
            _("Priority %(n)d is held by an entry of your list that is not in this sheet.")
            % {"n": step.entry.priority},
            _("Give another priority, or change the list on its page first."),
        )
        for step in steps
        if step.entry.priority in held and "priority" not in step.entry.bad
    ]


def quota_faults(
    entries: Sequence[Entry],
    steps: Sequence[Step],
    current: Mapping[int, Recommendation],
    places: int,
) -> list[Fault]:
    """Return the one fault of a sheet that, with the entries beside it, exceeds the quota."""
    named = {step.submission.pk for step in steps if step.submission}
    total = len(entries) + len(current.keys() - named)
    if total <= places or not entries:
        return []
    reason = _("%(total)d entries against a quota of %(places)d") % {
        "total": total,
        "places": places,
    }
    remedy = _("Take %(over)d off the list.") % {"over": total - places}
    return [Fault(entries[0].sheet, None, None, reason, remedy)]


def why_no_drafts(round: Round) -> str:
    """Return why no draft can be begun now, or nothing."""
    try:
        check_window(round)
    except Denied:
        return _(
            "Some rows match no application, and the round takes no new ones now. "
            "Correct code or title, or delete these rows."
        )
    return ""


# --- doing it ---------------------------------------------------------------------------------


@transaction.atomic
def import_entries(
    *, entries: Sequence[Entry], round: Round, authority: Organisation, by: Any
) -> Plan:
    """Take a sheet in, all or nothing, and return what was done.

    Locks the authority's quota, checks the rule, plans again on what stands now; makes the
    missing organisations, drafts and invitations, then sets priorities and reasons in one
    step; audited. The same sheet again changes nothing and invites nobody. Raises Denied, and
    ImportRefused when there are faults.
    """
    lock_quota(round, authority)
    check_can_rank(by, round, authority)
    plan = plan_import(entries=entries, round=round, authority=authority)
    if plan.faults:
        raise ImportRefused([fault.reason for fault in plan.faults])
    if plan.refusal:
        raise Denied(plan.refusal, code="import.no_drafts")
    for step in plan.steps:
        if step.action == "create":
            step.submission = begin_draft(step.entry, round, authority, by=by)
    adopt([step.submission for step in plan.steps if step.submission], authority)
    wishes = {
        step.submission.public_id: Wish(step.entry.priority, step.entry.reason, step.entry.remark)
        for step in plan.steps
        if step.submission
    }
    set_order(round=round, authority=authority, wishes=wishes, by=by)
    if plan.count("create") or plan.count("update"):
        record_import(plan, round, authority, by=by)
    return plan


def adopt(submissions: Sequence[Submission], authority: Organisation) -> None:
    """Give applications named by the authority this authority where they have none yet."""
    orphans = [one.pk for one in submissions if one.authority_id is None]
    Submission.objects.filter(pk__in=orphans).update(authority=authority)


def record_import(plan: Plan, round: Round, authority: Organisation, *, by: Any) -> None:
    """Write the audit event of one import."""
    facts = {"created": plan.count("create"), "updated": plan.count("update")}
    audit.record(
        action="recommendations.imported",
        obj=round,
        by=by,
        facts=facts | {"authority": authority.uscc, "rows": len(plan.steps)},
    )


def begin_draft(entry: Entry, round: Round, authority: Organisation, *, by: Any) -> Submission:
    """Make the pre-filled draft of a row and tell its applicant."""
    organisation = organisation_of(entry, by=by)
    draft = start_draft(
        round=round, applicant=organisation, by=by, data=prefilled(entry, organisation)
    )
    Submission.objects.filter(pk=draft.pk).update(authority=authority)
    draft.authority = authority
    call_in(entry, draft, authority, by=by)
    return draft


def organisation_of(entry: Entry, *, by: Any) -> Organisation:
    """Return the organisation with the row's code; register it where it is not known."""
    known = Organisation.objects.filter(uscc=entry.uscc).first()
    if known:
        return known
    new = Organisation.objects.create(
        uscc=entry.uscc, name=entry.applicant, region=entry.region, industry=entry.industry
    )
    audit.record(
        action="organisation.registered",
        obj=new,
        by=by,
        after={"uscc": new.uscc, "name": new.name},
        facts={"from": "recommendation list"},
    )
    return new


def prefilled(entry: Entry, organisation: Organisation) -> dict[str, Any]:
    """Return the form's data that a row gives; the applicant completes and corrects it."""
    values = {
        "org.name": organisation.name,
        "org.uscc": entry.uscc,
        "org.region": organisation.region or entry.region,
        "org.industry": organisation.industry or entry.industry,
        "ct.name": entry.contact,
        "ct.mobile": entry.mobile,
        "ct.email": entry.email,
        "pj.title": entry.title,
        "pj.direction": entry.direction,
        "pj.invest": "" if entry.investment is None else f"{entry.investment:.2f}",
    }
    return {key: value for key, value in values.items() if value}


def call_in(entry: Entry, draft: Submission, authority: Organisation, *, by: Any) -> None:
    """Invite the row's contact, or tell the organisation's own people if it has any.

    An organisation that has people here decides itself whom it lets in: an address in
    somebody else's sheet opens no door to its drafts.
    """
    url = reverse("submission_detail", args=[draft.public_id])
    people = applicants_of(draft)
    if not people.exists():
        invite(
            organisation=draft.applicant,
            email=entry.email,
            role=Role.APPLICANT,
            by=by,
            is_administrator=True,
            next_url=url,
            checked=True,
        )
        return
    notify(
        people,
        kind="submission.named",
        subject=gettext_lazy("%(authority)s has named “%(title)s” for its list"),
        body=gettext_lazy("A draft has been begun for you. Complete and submit it in time."),
        context={"authority": authority, "title": entry.title},
        url=url,
    )
