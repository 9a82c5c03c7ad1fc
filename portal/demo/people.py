"""The demo's organisations and people, made through the services, once."""

from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db import transaction

from portal.accounts.enums import Role
from portal.accounts.models import Consent, Membership, Organisation, User
from portal.accounts.services import admitting, organising
from portal.accounts.services.consenting import give_consents
from portal.core import audit
from portal.demo.content import DIRECTIONS, dossiers, read

PASSWORD = "anfan-demo-2026"  # noqa: S105 - printed on the console for whoever tries the demo
KINDS = {"事业": "institute", "高校": "university"}
AUTHORITY_KINDS = Organisation.Kind.AUTHORITY


@transaction.atomic
def ensure_people() -> None:
    """Make every organisation and person of the data files that is not there yet."""
    english = {row["uscc"]: row["name_en"] for row in read("organisations")}
    for row in read("authorities"):
        ensure_organisation(
            row["uscc"],
            row["name_zh"],
            name_en=row["name_en"],
            kind=AUTHORITY_KINDS,
            code=row["code"],
            covers=row["covers"],
        )
    for dossier in dossiers().values():
        org = dossier.facts["org"]
        ensure_organisation(
            org["uscc"],
            org["name"],
            name_en=english.get(org["uscc"], ""),
            kind=KINDS.get(org["kind"], "enterprise"),
            region=org["region"],
            industry=org["industry"]["code"],
        )
        for partner in dossier.facts["partners"]:
            name_en = english.get(partner["uscc"], "")
            ensure_organisation(partner["uscc"], partner["name"], name_en=name_en)
    hashed = make_password(PASSWORD)
    for row in read("people"):
        ensure_person(row, hashed)
    for row in read("experts")["experts"]:
        ensure_person(row | {"role": Role.EXPERT, "organisation": office()}, hashed)
    ensure_contacts(hashed)


def office() -> dict[str, Any]:
    """Return the secretariat's organisation as people.json tells it."""
    return next(r["organisation"] for r in read("people") if r["role"] == Role.SECRETARIAT)


def ensure_organisation(uscc: str, name: str, **facts: Any) -> Organisation:
    """Return the organisation of this code, made if new; audited."""
    found, made = Organisation.objects.get_or_create(uscc=uscc, defaults={"name": name, **facts})
    if made:
        audit.record(action="organisation.registered", obj=found, by=None, after={"uscc": uscc})
    return found


def ensure_user(email: str, name: str, hashed: str) -> User:
    """Return the person of this address, with a verified e-mail and the demo's password."""
    user, made = User.objects.get_or_create(
        email=email, defaults={"name": name, "password": hashed}
    )
    if made:
        EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
        give_consents(by=user, way=Consent.Way.REGISTRATION)
    return user


def ensure_person(row: dict[str, Any], hashed: str) -> User:
    """Make one person with the role told; observers and chairs hold it in the secretariat."""
    user = ensure_user(row["email"], row["name"], hashed)
    place = office() if row["role"] in OFFICE_ROLES else row["organisation"]
    organisation = ensure_organisation(
        place["uscc"], place["name"], name_en=place.get("name_en", ""), kind=kind_of(place)
    )
    organising.add_member(
        organisation=organisation,
        user=user,
        role=row["role"],
        by=None,
        is_administrator=row.get("is_administrator", False),
    )
    return user


OFFICE_ROLES = {
    Role.SECRETARIAT,
    Role.EXPERT,
    Role.CHAIR,
    Role.OBSERVER,
    Role.EDITOR,
    Role.PROGRAMME,
}


def kind_of(place: dict[str, Any]) -> str:
    """Return the kind the file tells, an enterprise where it tells none that we know."""
    told = place.get("kind", "")
    return told if told in Organisation.Kind.values else Organisation.Kind.ENTERPRISE


def ensure_contacts(hashed: str) -> None:
    """Give every applicant's organisation that has nobody its dossier's contact person."""
    manned = set(
        Membership.objects.filter(role=Role.APPLICANT).values_list("organisation__uscc", flat=True)
    )
    for dossier in dossiers().values():
        if dossier.uscc not in manned:
            contact = dossier.facts["contact"]
            user = ensure_user(contact["email"], contact["name"], hashed)
            organising.add_member(
                organisation=Organisation.objects.get(uscc=dossier.uscc),
                user=user,
                role=Role.APPLICANT,
                by=None,
                is_administrator=True,
            )


def ensure_requests() -> None:
    """Leave two requests to decide: a new organisation, and a colleague who wants to join one."""
    hashed, joined = make_password(PASSWORD), Membership.objects.filter(role=Role.APPLICANT)
    company = joined.select_related("organisation").order_by("organisation__uscc")[0].organisation
    new = {
        "uscc": "91990000000000027W",
        "kind": Organisation.Kind.ENTERPRISE,
        "name": "示例安全科技有限公司",
        "region": "320000",
        "note": "信息安全部主管，单位电话 000-0000 0000。",
    }
    known = {
        "uscc": company.uscc,
        "name": company.name,
        "kind": company.kind,
        "region": company.region,
    }
    for email, name, facts in (
        ("newcomer01@example.org", "示例来者甲", new),
        (
            "newcomer02@example.org",
            "示例来者乙",
            known | {"note": "信息化部，参与本批次申报。"},
        ),
    ):
        user = ensure_user(email, name, hashed)
        if not user.admissions.exists():
            admitting.ask(by=user, **facts)


def person(email: str) -> User:
    """Return a person of the demo by address."""
    return User.objects.get(email=email)


def applicant_of(uscc: str) -> User:
    """Return an administrator of an applicant's organisation."""
    return User.objects.filter(
        memberships__organisation__uscc=uscc, memberships__role=Role.APPLICANT
    ).order_by("-memberships__is_administrator", "pk")[0]


def recommender_of(authority: Organisation) -> User:
    """Return a person of a recommending authority."""
    return User.objects.filter(
        memberships__organisation=authority, memberships__role=Role.RECOMMENDER
    )[0]


def direction_codes(names: list[str]) -> list[str]:
    """Return the codes of directions given by their Chinese names."""
    return [DIRECTIONS[name] for name in names]
