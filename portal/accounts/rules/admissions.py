"""Who confirms a wish to work for an organisation, and what is worth saying about its code."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.enums import Permission
from portal.accounts.models import Admission, Membership, Organisation, User
from portal.accounts.rules.members import check_role_fits
from portal.core.denials import Denied
from portal.core.taxonomies import region_name, scheme

# One person's undecided wishes; more are somebody trying codes.
WAITING_MAX = 5
# Offices (authorities, the secretariat) are set up by the programme, not by registration.
OPEN_KINDS = (
    Organisation.Kind.ENTERPRISE,
    Organisation.Kind.UNIVERSITY,
    Organisation.Kind.INSTITUTE,
    Organisation.Kind.ASSESSMENT,
    Organisation.Kind.TRAINING,
)
# What the two first characters of a code say (GB 32100-2015): registrar and type.
LEADS_OF_KIND = {
    Organisation.Kind.ENTERPRISE: ("91", "92", "93"),
    Organisation.Kind.UNIVERSITY: ("11", "12", "13", "19", "52"),
}


def organisation_of(uscc: str) -> Organisation | None:
    """Return the organisation of a credit code, if it is registered."""
    return Organisation.objects.filter(uscc=uscc).first()


def administered_by(organisation: Organisation | None) -> bool:
    """Say whether somebody who can sign in administers the organisation."""
    if organisation is None:
        return False
    heads = Membership.objects.filter(organisation=organisation, is_administrator=True)
    return organisation.is_active and heads.filter(user__is_active=True).exists()


def check_can_ask(user: User, uscc: str) -> None:
    """Rule: a person asks once for a code, for none they belong to; at most five wait at once."""
    if user.memberships.filter(organisation__uscc=uscc, organisation__is_active=True).exists():
        raise Denied(
            gettext_lazy("You already work for the organisation of this code. See your list."),
            code="admission.member",
        )
    if user.admissions.waiting().exclude(uscc=uscc).count() >= WAITING_MAX:
        raise Denied(
            gettext_lazy(
                "Five of your requests wait already. Withdraw one, or wait for a decision."
            ),
            code="admission.too_many",
        )


def check_can_decide(user: User, admission: Admission) -> None:
    """Rule: an administrator of the code's organisation decides; so does the secretariat, except
    who joins an office (the secretariat, an authority) that has an administrator of its own.
    Nobody decides their own request.
    """
    if admission.user_id == user.pk:
        raise Denied(gettext_lazy("Somebody else decides your own request."), code="admission.own")
    organisation = organisation_of(admission.uscc)
    codes = {one.code for one in user.held if one.is_administrator}
    if admission.uscc in codes:
        return
    is_office = organisation is not None and organisation.kind not in OPEN_KINDS
    shut = is_office and administered_by(organisation)
    if shut or not user.may(Permission.ACCOUNTS_ORGANISATIONS_MANAGE):
        raise Denied(
            gettext_lazy("Only the secretariat or the organisation's administrators decide this."),
            code="admission.role",
        )


def can_decide(user: User, admission: Admission) -> bool:
    try:
        check_can_decide(user, admission)
    except Denied:
        return False
    return True


def check_can_confirm(user: User, admission: Admission, role: str) -> None:
    """Rule: a request is confirmed only into an active organisation, with a role of its kind."""
    check_can_decide(user, admission)
    organisation = organisation_of(admission.uscc)
    if organisation is not None and not organisation.is_active:
        raise Denied(
            gettext_lazy("The organisation is deactivated. Reactivate it first, or refuse."),
            code="admission.inactive",
        )
    check_role_fits(organisation or Organisation(kind=admission.kind), role)


def region_in(uscc: str) -> str:
    """Return the code of the region a credit code names: the city if it is listed, else the
    province; empty if neither is known. Retired and foreign codes exist, so unknown is no fault.
    """
    known = scheme("regions")
    city, province = f"{uscc[2:6]}00", f"{uscc[2:4]}0000"
    return next((code for code in (city, province) if code in known), "")


def remarks_on(uscc: str, region: str, kind: str) -> list[str]:
    """Return what a reader should look at twice, in their language; none of it refuses.

    The check character proves the typing, not the existence (domain.md e): only a look at the
    licence does.
    """
    named, remarks = region_in(uscc), []
    if not named:
        remarks.append(
            _("The region in the code (%(part)s) is not in the list; it may be a retired one.")
            % {"part": uscc[2:8]}
        )
    elif region and named[:2] != region[:2]:
        remarks.append(
            _("The code names %(named)s, the request says %(told)s.")
            % {"named": region_name(named), "told": region_name(region)}
        )
    leads = LEADS_OF_KIND.get(Organisation.Kind(kind), ()) if kind else ()
    if leads and not uscc.startswith(leads):
        remarks.append(
            _("A code that begins with %(lead)s is unusual for this kind of organisation.")
            % {"lead": uscc[:2]}
        )
    return remarks
