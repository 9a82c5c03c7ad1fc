"""What a list of organisations and people does when it is taken in, and how it is taken back.

`plan_people` says row by row what would happen and what is in the way; `take_in` does all of it in
one transaction or nothing; `undo` takes it back while nobody has used it. Reading cells belongs to
`imports`.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.enums import Role
from portal.accounts.models import Invitation, Membership, Organisation, PeopleList, User
from portal.accounts.rules.admissions import administered_by, remarks_on
from portal.accounts.rules.members import roles_given_by
from portal.accounts.rules.roles import check_can_import
from portal.accounts.services.inviting import invite
from portal.core import audit, clock
from portal.core.denials import Denied
from portal.core.models import PrivateFile
from portal.core.spreadsheets import Fault

# Who sets the programme up cannot make themselves its judge by a list.
BY_INVITATION_ONLY = frozenset({Role.SECRETARIAT, Role.PROGRAMME})


@dataclass(frozen=True)
class ListedRow:
    """One row of a list as values: an organisation, and mostly a person to invite into it.

    `bad` names the columns with a fault; such a row is not taken in.
    """

    sheet: str
    row: int
    headings: dict[str, str]
    organisation: str = ""
    uscc: str = ""
    kind: str = ""
    region: str = ""
    name: str = ""
    email: str = ""
    role: str = ""
    is_administrator: bool = False
    bad: frozenset[str] = frozenset()

    def fault(self, column: str, reason: str, remedy: str, *, blocks: bool = True) -> Fault:
        """Return a fault at one of this row's cells, under its heading in the sheet."""
        heading = self.headings.get(column, column)
        return Fault(self.sheet, self.row, heading, reason, remedy, blocks)


@dataclass
class Step:
    """What one row does: "invite", "organisation" (only that), "same" (nothing) or "faulty"."""

    row: ListedRow
    action: str
    is_new: bool


@dataclass
class Plan:
    """What taking a list in would do; `refusal` is why nobody of this role can take it in."""

    steps: list[Step] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    refusal: str = ""

    def count(self, action: str) -> int:
        """Return how many rows do this."""
        return sum(step.action == action for step in self.steps)

    @property
    def new_organisations(self) -> int:
        """How many organisations the list registers."""
        return len({step.row.uscc for step in self.steps if step.is_new})


# --- planning -----------------------------------------------------------------------------------


@dataclass
class Known:
    """What is there already of a list's organisations and people; read in three queries."""

    organisations: dict[str, Organisation]
    headed: frozenset[str]
    own: frozenset[str]
    members: frozenset[tuple[str, str, str]]
    invited: frozenset[tuple[str, str, str]]


def known_of(rows: Sequence[ListedRow], by: User) -> Known:
    """Return what the tables know of the codes and addresses of a list."""
    codes = sorted({row.uscc for row in rows if row.uscc})
    found = {one.uscc: one for one in Organisation.objects.filter(uscc__in=codes)}
    facts = ("organisation__uscc", "user__email", "role", "is_administrator", "user__is_active")
    held = list(Membership.objects.filter(organisation__uscc__in=codes).values_list(*facts))
    letters = Invitation.objects.filter(
        organisation__uscc__in=codes, accepted_at=None, expires_at__gt=clock.now()
    )
    return Known(
        found,
        frozenset(code for code, _mail, _role, *is_head in held if all(is_head)),
        frozenset(one.code for one in by.held),
        frozenset((code, email, role) for code, email, role, *_is_head in held),
        frozenset(letters.values_list("organisation__uscc", "email", "role")),
    )


def plan_people(*, rows: Sequence[ListedRow], by: User) -> Plan:
    """Return what taking these rows in would do, and the faults only the database knows."""
    plan = Plan()
    try:
        check_can_import(by)
    except Denied as refusal:
        plan.refusal = str(refusal)
    known = known_of(rows, by)
    for row in rows:
        faults = list(faults_against(row, known, by))
        plan.faults += faults
        plan.steps.append(step_of(row, faults, known))
    return plan


def step_of(row: ListedRow, faults: list[Fault], known: Known) -> Step:
    """Return what one row does."""
    is_new = bool(row.uscc) and row.uscc not in known.organisations
    if row.bad or any(fault.blocks for fault in faults):
        return Step(row, "faulty", False)
    if row.email:
        key = (row.uscc, row.email, row.role)
        stands = key in known.members or key in known.invited
        return Step(row, "same" if stands else "invite", is_new)
    return Step(row, "organisation" if is_new else "same", is_new)


def faults_against(row: ListedRow, known: Known, by: User) -> Iterator[Fault]:
    """Yield what stands against one row by what is there already; some are remarks."""
    if not row.uscc or "uscc" in row.bad:
        return
    organisation = known.organisations.get(row.uscc)
    if organisation is None:
        yield from faults_of_new(row, by)
    else:
        yield from faults_of_known(row, organisation)
    kind = organisation.kind if organisation else row.kind
    if row.email and kind and "role" not in row.bad:
        yield from faults_of_role(row, kind, known, by)


def faults_of_new(row: ListedRow, by: User) -> Iterator[Fault]:
    """Yield the faults and remarks of an organisation that the list would register."""
    if not row.organisation:
        yield row.fault(
            "organisation",
            _("No organisation with this code is registered here, and the row has no name for it."),
            _("Write the full name as on the licence."),
        )
    if row.kind == Organisation.Kind.SECRETARIAT and not by.is_superuser:
        yield row.fault(
            "kind",
            _("A secretariat is set up by a system administrator only."),
            _("Choose another kind, or ask the system administrator."),
        )
    for remark in remarks_on(row.uscc, row.region, row.kind):
        yield row.fault("uscc", remark, _("Compare it with the licence."), blocks=False)


def faults_of_known(row: ListedRow, organisation: Organisation) -> Iterator[Fault]:
    """Yield what is odd about an organisation that is registered already."""
    if not organisation.is_active:
        yield row.fault(
            "uscc",
            _("The organisation of this code is deactivated: %(name)s.")
            % {"name": organisation.display_name},
            _("Reactivate it first, or delete the row."),
        )
    if row.organisation and row.organisation not in {organisation.name, organisation.name_en}:
        yield row.fault(
            "organisation",
            _("This code is registered as “%(name)s”.") % {"name": organisation.name},
            _("The registered name stays. Compare the code with the licence."),
            blocks=False,
        )


def faults_of_role(row: ListedRow, kind: str, known: Known, by: User) -> Iterator[Fault]:
    """Yield why this person cannot be invited with this role by a list."""
    fitting = roles_given_by(Organisation(kind=kind))
    if row.role not in fitting:
        names = _(", ").join(str(Role(one).label) for one in fitting)
        yield row.fault(
            "role",
            _("This role cannot be given in this kind of organisation."),
            _("Choose one of: %(roles)s.") % {"roles": names},
        )
    is_office = kind == Organisation.Kind.SECRETARIAT
    weighty = row.role in BY_INVITATION_ONLY or (is_office and row.is_administrator)
    if weighty and not by.is_superuser:
        yield row.fault(
            "role",
            _("The secretariat's own people and administrators are not taken in from a list."),
            _("An administrator of the secretariat invites them one by one."),
        )
    is_outside = row.uscc in known.headed and row.uscc not in known.own
    if is_outside and not (is_office and by.is_superuser):
        yield row.fault(
            "email",
            _("The organisation has administrators of its own, who decide whom they let in."),
            _("Delete the row; they invite the person on the organisation's page."),
        )


# --- taking in ----------------------------------------------------------------------------------


def digest_of(rows: Sequence[ListedRow]) -> str:
    """Return the SHA-256 over a list's rows: how the file was saved does not count."""
    facts = [
        (
            one.organisation,
            one.uscc,
            one.kind,
            one.region,
            one.name,
            one.email,
            one.role,
            one.is_administrator,
        )
        for one in rows
    ]
    return hashlib.sha256(audit.canonical(facts).encode()).hexdigest()


@transaction.atomic
def take_in(*, file: PrivateFile, rows: Sequence[ListedRow], by: User) -> PeopleList:
    """Register the organisations and invite the people of a list, all of it or nothing.

    Checks the rule and plans anew (what has changed since the dry run counts); refuses a list with
    a fault. Writes the list, an audit row, each new organisation (audited) and each invitation
    (audited, mailed, expires). Nobody gets an account or a password by it. The same rows again
    change nothing, however the file was saved. Raises Denied.
    """
    check_can_import(by)
    User.objects.select_for_update().get(pk=by.pk)  # a double click waits here
    digest = digest_of(rows)
    standing = PeopleList.objects.filter(sha256=digest).first()
    if standing and standing.undone_at is None:
        return standing
    plan = plan_people(rows=rows, by=by)
    if any(fault.blocks for fault in plan.faults) or plan.count("faulty") or not rows:
        raise Denied(
            gettext_lazy("Nothing was written: the list has faults. Mend them and upload it anew."),
            code="import.faults",
        )
    taken = standing or PeopleList(sha256=digest)
    taken.file, taken.rows, taken.taken_by = file, len(rows), by
    taken.taken_at, taken.undone_at = clock.now(), None
    taken.save()
    facts = {"file": file.name, "sha256": digest, "rows": len(rows)}
    audit.record(action="people.taken_in", obj=taken, by=by, facts=facts)
    enter(taken, plan, by=by)
    return taken


def enter(taken: PeopleList, plan: Plan, *, by: User) -> None:
    """Carry out every step of a plan without faults."""
    places = {
        one.uscc: one
        for one in Organisation.objects.filter(uscc__in={step.row.uscc for step in plan.steps})
    }
    for step in plan.steps:
        row = step.row
        if row.uscc not in places:
            places[row.uscc] = register(row, by=by)
            taken.organisations.add(places[row.uscc])
        if step.action == "invite":
            letter = invite(
                organisation=places[row.uscc],
                email=row.email,
                role=row.role,
                is_administrator=row.is_administrator,
                by=by,
                checked=True,
            )
            taken.invitations.add(letter)


def register(row: ListedRow, *, by: User) -> Organisation:
    """Register the organisation of a row. Audited."""
    facts = {"uscc": row.uscc, "name": row.organisation, "kind": row.kind, "region": row.region}
    organisation = Organisation.objects.create(**facts)
    audit.record(action="organisation.registered", obj=organisation, by=by, after=facts)
    return organisation


# --- taking back --------------------------------------------------------------------------------


@transaction.atomic
def undo(*, taken: PeopleList, by: User) -> int:
    """Take a list back; return how many invitations it withdrew.

    Rule: a list is taken back as a whole, until somebody has used it: accepted an invitation, or
    begun to work for an organisation it registered. Locks the list and its invitations, deletes
    them and the organisations, which nothing hangs on, and leaves an audit row that names them. A
    repeated click changes nothing. Raises Denied.
    """
    check_can_import(by)
    current = PeopleList.objects.select_for_update().get(pk=taken.pk)
    if current.undone_at:
        return 0
    letters = list(Invitation.objects.select_for_update().filter(lists=current))
    places = list(Organisation.objects.select_for_update().filter(pk__in=ids_of(current)))
    used = sorted(letter.email for letter in letters if letter.accepted_at)
    if used:
        raise Denied(
            gettext_lazy(
                "%(people)s accepted already, so the list stays. Take the others back one by one."
            )
            % {"people": _(", ").join(used[:5])},
            code="import.used",
        )
    facts = {
        "invitations": sorted(letter.email for letter in letters),
        "organisations": sorted(place.uscc for place in places),
    }
    Invitation.objects.filter(pk__in=[letter.pk for letter in letters]).delete()
    current.organisations.clear()
    for place in places:
        remove_unused(place)
    current.undone_at = clock.now()
    current.save(update_fields=["undone_at"])
    audit.record(action="people.taken_back", obj=current, by=by, facts=facts)
    return len(letters)


def ids_of(taken: PeopleList) -> list[int]:
    """Return the ids of the organisations a list registered."""
    return list(taken.organisations.values_list("pk", flat=True))


def remove_unused(place: Organisation) -> None:
    """Delete an organisation that nothing hangs on; raise Denied, naming it, where something does.

    Memberships and applications are protected by their keys; an invitation sent since by its own
    people would fall with it, so it counts as use too.
    """
    used = Denied(
        gettext_lazy(
            "Somebody works for %(organisation)s already, so the list stays. Deactivate what "
            "should not work on."
        )
        % {"organisation": place.display_name},
        code="import.used",
    )
    if place.invitations.exists() or administered_by(place):
        raise used
    try:
        place.delete()
    except ProtectedError as error:
        raise used from error


def result_of(file: PrivateFile, rows: Sequence[ListedRow]) -> Any:
    """Return the standing list of these rows, or None."""
    return PeopleList.objects.filter(sha256=digest_of(rows), undone_at=None).first()
