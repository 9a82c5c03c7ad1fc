"""Who may change people and organisations. Every refusal says why."""

from django.utils.translation import gettext_lazy as _

from portal.accounts.enums import TRAINING_ROLES, Role
from portal.accounts.models import Organisation, User
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
    ),
}
DEFAULT_ROLES = (Role.APPLICANT, *TRAINING_ROLES)


def roles_given_by(organisation: Organisation) -> tuple[Role, ...]:
    """Return the roles that may be given in this organisation."""
    return ROLES_OF_KIND.get(Organisation.Kind(organisation.kind), DEFAULT_ROLES)


def check_can_manage_members(user: User, organisation: Organisation) -> None:
    """Rule: only an administrator of the organisation gives or takes roles in it."""
    held = organisation.memberships.filter(user=user, is_administrator=True)
    if not (organisation.is_active and held.exists()):
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
