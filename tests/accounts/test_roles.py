"""Who can do what: the page, its people, and that its words cover every role and permission."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from portal.accounts.enums import (
    CAPACITIES,
    PERMISSION_AREAS,
    PERMISSION_WORDS,
    ROLE_PERMISSIONS,
    SYSTEM_PERMISSIONS,
    Permission,
    Role,
)
from portal.accounts.models import Organisation
from portal.accounts.services import organising
from portal.accounts.views.own import HOMES
from portal.context_processors import menu_of
from tests.factories.accounts import (
    make_administrator,
    make_member,
    make_organisation,
    make_secretariat,
    make_user,
)

pytestmark = pytest.mark.django_db
JUDGING = {
    Permission.SHOWCASE_SUBMISSIONS_READ_ALL,
    Permission.SHOWCASE_CHECKS_DECIDE,
    Permission.SHOWCASE_RECOMMENDATIONS_WRITE,
    Permission.EVALUATION_BALLOTS_CAST,
    Permission.EVALUATION_RANKINGS_WRITE,
    Permission.EVALUATION_NOTICES_PUBLISH,
    Permission.COURSES_CERTIFICATES_ISSUE,
}


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_every_role_and_permission_is_described_in_both_languages():
    assert {one.role for one in CAPACITIES if one.role} == set(Role)
    assert set(ROLE_PERMISSIONS) == set(Role)
    assert set(PERMISSION_WORDS) == set(Permission)
    listed = [one for _area, permissions in PERMISSION_AREAS for one in permissions]
    assert sorted(listed) == sorted(Permission)
    texts = [getattr(one, name) for one in CAPACITIES for name in ("label", "does", "never")]
    for text in [*texts, *PERMISSION_WORDS.values(), *(one.given for one in CAPACITIES)]:
        with override("en"):
            english = str(text)
        with override("zh-hans"):
            assert str(text) not in {"", english}


def test_no_role_is_dead():
    """Each leads somewhere after sign-in, carries a permission and can be given somewhere."""
    assert {role for role, _name in HOMES} == set(Role)
    assert all(ROLE_PERMISSIONS[role] for role in Role)
    given = set()
    for kind in Organisation.Kind:
        given |= set(organising_roles(kind))
    assert given == set(Role)


def organising_roles(kind):
    from portal.accounts.rules.members import roles_given_by

    return roles_given_by(Organisation(kind=kind))


def test_who_sets_up_people_judges_nothing():
    assert (ROLE_PERMISSIONS[Role.PROGRAMME] | SYSTEM_PERMISSIONS) & JUDGING == set()
    boss = make_user(is_superuser=True)
    assert [boss.may(one) for one in sorted(JUDGING)] == [False] * len(JUDGING)
    assert boss.may(Permission.ACCOUNTS_PEOPLE_IMPORT)
    boss.is_active = False
    assert not boss.may(Permission.ACCOUNTS_PEOPLE_IMPORT)


def people_of(kind):
    office = make_organisation(kind="secretariat")
    makers = {
        "secretariat": lambda: make_secretariat(),
        "programme": lambda: make_member(Role.PROGRAMME, office),
        "system": lambda: make_user(is_superuser=True),
        "observer": lambda: make_member(Role.OBSERVER, office),
        "head": lambda: make_administrator(make_organisation()),
        "applicant": lambda: make_member(Role.APPLICANT),
        "expert": lambda: make_member(Role.EXPERT, office),
        "nobody": make_user,
    }
    return makers[kind]()


@pytest.mark.parametrize(
    ("kind", "status", "sees"),
    [
        ("secretariat", 200, True),
        ("programme", 200, True),
        ("system", 200, True),
        ("observer", 200, False),
        ("head", 200, False),
        ("applicant", 404, False),
        ("expert", 404, False),
        ("nobody", 404, False),
    ],
)
def test_page_shows_each_reader_only_the_people_they_may_know(kind, status, sees):
    office = make_organisation(kind="secretariat")
    make_member(Role.EXPERT, office, name="示例专家金丝雀", email="canary@example.org")
    client = signed_in(people_of(kind))
    pages = [
        client.get(reverse("role_list")),
        client.get(reverse("role_detail", args=["expert"])),
    ]
    assert [page.status_code for page in pages] == [status, status]
    text = "".join(page.content.decode() for page in pages)
    assert ("示例专家金丝雀" in text, "canary@example.org" in text) == (sees, False)


def test_administrator_sees_their_own_organisations_people_and_numbers_only():
    own, other = make_organisation(), make_organisation()
    head = make_administrator(own)
    make_member(Role.TEACHER, own, name="示例本单位教师")
    make_member(Role.TEACHER, other, name="示例外单位教师")
    page = signed_in(head).get(reverse("role_detail", args=["teacher"]))
    assert [one.name for one in page.context["holders"]] == ["示例本单位教师"]
    assert page.context["number"] == 1


def test_observer_reads_numbers_without_names():
    office = make_organisation(kind="secretariat")
    watcher = make_member(Role.OBSERVER, office)
    make_member(Role.EXPERT, office)
    page = signed_in(watcher).get(reverse("role_detail", args=["expert"]))
    assert (page.context["number"], page.context["holders"]) == (1, [])


def test_unknown_role_is_missing():
    assert signed_in(make_secretariat()).get("/roles/kaiser/").status_code == 404


def test_matrix_says_what_the_permissions_say():
    page = signed_in(make_secretariat()).get(reverse("role_list"))
    shown = {
        (role.key, str(label))
        for _area, permissions in page.context["areas"]
        for label, marks in permissions
        for role, may in marks
        if may
    }
    meant = {
        (one.key, str(PERMISSION_WORDS[permission]))
        for one in CAPACITIES
        for permission in one.permissions
    }
    assert shown == meant


@pytest.mark.parametrize("number", [1, 60])
def test_pages_cost_the_same_for_any_number_of_people(number, django_assert_max_num_queries):
    office = make_organisation(kind="secretariat")
    for _ in range(number):
        make_member(Role.EXPERT, office)
    client = signed_in(make_secretariat())
    client.get(reverse("role_list"))
    for url in (reverse("role_list"), reverse("role_detail", args=["expert"])):
        with django_assert_max_num_queries(10):
            client.get(url)


def test_programme_administrator_works_in_the_office_without_its_rounds():
    office = make_organisation(kind="secretariat")
    user = make_member(Role.PROGRAMME, office)
    client = signed_in(user)
    home = client.get(reverse("workspace"))
    assert home.headers["location"] == reverse("office_organisations")
    page = client.get(home.headers["location"])
    assert [item["url"] for item in page.context["work_nav"]] == [
        "/office/registrations/",
        "/office/organisations/",
        "/office/people/",
        "/roles/",
    ]
    assert client.get(reverse("office_home")).status_code == 404
    assert "/office/organisations/" in [item["url"] for item in menu_of(user)]


def test_programme_administrator_does_not_close_the_own_office():
    from portal.core.denials import Denied

    office = make_organisation(kind="secretariat")
    with pytest.raises(Denied) as refusal:
        organising.deactivate(
            organisation=office, by=make_member(Role.PROGRAMME, office), reason="试一试"
        )
    assert refusal.value.code == "organisation.own"
