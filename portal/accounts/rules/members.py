"""Who may change an organisation's people, and hand it over or close it. Every refusal says why."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from portal.accounts.enums import TRAINING_ROLES, Permission, Role
from portal.accounts.models import Invitation, Organisation, User
from portal.core import clock
from portal.core.denials import Denied

# Roles an organisation of each kind may give to its own people.
ROLES_OF_KIND = {
    Organisation.Kind.AUTHORITY: (Role.RECOMMENDER,),
    Organisation.Kind.SECRETARIAT: (
        Role.SECRETARIAT,
        Role.EXPERT,
        Role.CHAIR,
        Role.OBSERVER,
        Role.EDITOR,
        Role.PROGRAMME,
    ),
}
DEFAULT_ROLES = (Role.APPLICANT, *TRAINING_ROLES)
# Letters one person may have sent: (number, within).
INVITATIONS_MAX = ((20, timedelta(hours=1)), (100, timedelta(days=1)))


def roles_given_by(organisation: Organisation) -> tuple[Role, ...]:
    """Return the roles that may be given in this organisation."""
    return ROLES_OF_KIND.get(Organisation.Kind(organisation.kind), DEFAULT_ROLES)


def is_administrator(user: User, organisation: Organisation) -> bool:
    """Say whether this person administers the organisation, and it is active."""
    held = organisation.memberships.filter(user=user, is_administrator=True)
    return organisation.is_active and held.exists()


def check_can_manage_members(user: User, organisation: Organisation) -> None:
    """Rule: only an administrator of the organisation gives or takes roles in it."""
    if not is_administrator(user, organisation):
        raise Denied(
            _("Only an administrator of %(organisation)s can change its members.")
            % {"organisation": organisation.display_name},
            code="members.not_administrator",
        )


def can_manage_members(user: User, organisation: Organisation) -> bool:
    try:
        check_can_manage_members(user, organisation)
    except Denied:
        return False
    return True


def check_role_fits(organisation: Organisation, role: str) -> None:
    """Rule: an applicant's organisation cannot hand out a secretariat's roles."""
    if role not in roles_given_by(organisation):
        raise Denied(_("This role cannot be given in this organisation."), code="members.role")


def check_pace_of_invitations(user: User) -> None:
    """Rule: one person sends at most 20 invitations an hour and 100 a day."""
    sent = Invitation.objects.filter(invited_by=user)
    for number, within in INVITATIONS_MAX:
        if sent.filter(created_at__gt=clock.now() - within).count() >= number:
            raise Denied(
                _(
                    "You have sent %(number)d invitations in a short time. Wait an hour, then send "
                    "the others; what you typed is kept."
                )
                % {"number": number},
                code="invitation.pace",
            )


def check_can_manage_organisations(user: User) -> None:
    """Rule: the secretariat confirms, deactivates and reactivates organisations."""
    if not user.may(Permission.ACCOUNTS_ORGANISATIONS_MANAGE):
        raise Denied(
            _("Only the secretariat and the administrators of the programme do this."),
            code="organisation.role",
        )


def check_can_deactivate(user: User, organisation: Organisation) -> None:
    """Rule: nobody deactivates the organisation through which they hold the right to do so."""
    check_can_manage_organisations(user)
    offices = user.organisation_ids(Role.SECRETARIAT, Role.PROGRAMME)
    if organisation.pk in offices:
        raise Denied(
            _("This is your own office: deactivating it would lock you out."),
            code="organisation.own",
        )


def check_can_edit_facts(user: User, organisation: Organisation) -> None:
    """Rule: administrators keep region, industry, class and grade; name and code stay."""
    if not is_administrator(user, organisation):
        check_can_manage_organisations(user)
