import pytest
from django.core.exceptions import ValidationError

from portal.accounts.enums import AdmissionState, Role
from portal.accounts.models import Admission, Membership, Organisation
from portal.accounts.queries import admissions_visible_to, similar_names
from portal.accounts.rules.admissions import region_in, remarks_on
from portal.accounts.services import admitting, organising
from portal.core.denials import Denied
from portal.core.lifecycle import IllegalTransition
from portal.core.models import AuditEvent, Notification
from tests.factories.accounts import (
    make_administrator,
    make_member,
    make_organisation,
    make_secretariat,
    make_uscc,
    make_user,
)

pytestmark = pytest.mark.django_db


def ask(user, uscc=None, **facts):
    values = {"name": "示例新单位有限公司", "kind": "enterprise", "region": "320000"}
    return admitting.ask(uscc=uscc or make_uscc(), by=user, **(values | facts))


def heard(kind):
    found = Notification.objects.filter(kind=kind)
    return sorted(found.values_list("recipient__email", flat=True))


def test_asking_gives_no_right_and_tells_the_secretariat():
    office, user = make_secretariat(), make_user()
    admission = ask(user, "９１９９０００００００００００２７ｗ")
    assert admission.uscc == "91990000000000027W"
    assert (user.held, Organisation.objects.filter(uscc=admission.uscc).count()) == ([], 0)
    assert heard("admission.asked") == [office.email]
    assert list(AuditEvent.objects.values_list("action", flat=True)) == ["admission.asked"]


def test_asking_refuses_a_code_that_fails_its_check_and_shows_it_normalised():
    with pytest.raises(ValidationError) as refusal:
        ask(make_user(), "91990000 000000027x")
    assert "91990000000000027X" in refusal.value.messages[0]
    assert Admission.objects.count() == 0


def test_asking_twice_leaves_one_request_and_one_notice():
    office, user, code = make_secretariat(), make_user(), make_uscc()
    assert ask(user, code).pk == ask(user, code).pk
    assert heard("admission.asked") == [office.email]


def test_first_confirmed_person_becomes_administrator_of_the_new_organisation():
    office, user = make_secretariat(), make_user()
    membership = admitting.confirm(
        admission=ask(user, industry="C38", grade="3"), by=office, role=Role.APPLICANT
    )
    organisation = membership.organisation
    assert (membership.user, membership.role, membership.is_administrator) == (
        user,
        Role.APPLICANT,
        True,
    )
    assert (organisation.region, organisation.industry, organisation.grade) == (
        "320000",
        "C38",
        "3",
    )
    assert heard("admission.confirmed") == [user.email]
    assert list(AuditEvent.objects.order_by("pk").values_list("action", flat=True)) == [
        "admission.asked",
        "organisation.registered",
        "membership.added",
        "admission.confirmed",
    ]


def test_second_registrant_of_a_code_asks_its_administrators():
    make_secretariat()
    organisation = make_organisation()
    head = make_administrator(organisation)
    admission = ask(make_user(), organisation.uscc)
    assert heard("admission.asked") == [head.email]
    membership = admitting.confirm(admission=admission, by=head, role=Role.APPLICANT)
    assert (membership.organisation, membership.is_administrator) == (organisation, False)


def test_two_registrants_of_one_new_code_get_one_organisation_and_one_administrator():
    office, code = make_secretariat(), make_uscc()
    first, second = ask(make_user(), code), ask(make_user(), code)
    flags = [
        admitting.confirm(admission=one, by=office, role=Role.APPLICANT).is_administrator
        for one in (first, second)
    ]
    assert (flags, Organisation.objects.filter(uscc=code).count()) == ([True, False], 1)


def test_refusal_needs_a_reason_which_the_sender_reads():
    office, user = make_secretariat(), make_user()
    admission = ask(user)
    with pytest.raises(ValidationError):
        admitting.refuse(admission=admission, by=office, reason="  ")
    admitting.refuse(admission=admission, by=office, reason="与证照不符。")
    admission.refresh_from_db()
    assert (admission.state, admission.decided_by) == (AdmissionState.REFUSED, office)
    assert "与证照不符。" in Notification.objects.get(recipient=user).body
    assert Membership.objects.filter(user=user).count() == 0


@pytest.mark.parametrize("first", ["confirm", "refuse", "withdraw"])
def test_a_decided_request_is_not_decided_again(first):
    office, user = make_secretariat(), make_user()
    admission = ask(user)
    deeds = {
        "confirm": lambda: admitting.confirm(admission=admission, by=office, role=Role.APPLICANT),
        "refuse": lambda: admitting.refuse(admission=admission, by=office, reason="不符"),
        "withdraw": lambda: admitting.withdraw(admission=admission, by=user),
    }
    deeds[first]()
    for deed in deeds.values():
        with pytest.raises(IllegalTransition):
            deed()


def deciders():
    organisation = make_organisation()
    head = make_administrator(organisation)
    return {
        "secretariat": (make_secretariat(), True),
        "administrator": (head, True),
        "plain member": (make_member(Role.APPLICANT, organisation), False),
        "other administrator": (make_administrator(make_organisation()), False),
        "observer": (make_member(Role.OBSERVER, make_organisation(kind="secretariat")), False),
        "stranger": (make_user(), False),
    }, organisation


@pytest.mark.parametrize(
    "who",
    [
        "secretariat",
        "administrator",
        "plain member",
        "other administrator",
        "observer",
        "stranger",
    ],
)
def test_only_secretariat_and_administrators_decide(who):
    people, organisation = deciders()
    person, may = people[who]
    admission = ask(make_user(), organisation.uscc)
    assert (admission in admissions_visible_to(person)) == may
    if may:
        admitting.confirm(admission=admission, by=person, role=Role.APPLICANT)
        return
    with pytest.raises(Denied) as refusal:
        admitting.confirm(admission=admission, by=person, role=Role.APPLICANT)
    assert refusal.value.code == "admission.role"
    with pytest.raises(Denied):
        admitting.refuse(admission=admission, by=person, reason="不")


def test_nobody_confirms_their_own_request():
    office = make_secretariat()
    admission = ask(office)
    with pytest.raises(Denied) as refusal:
        admitting.confirm(admission=admission, by=office, role=Role.APPLICANT)
    assert refusal.value.code == "admission.own"


def test_an_office_with_an_administrator_decides_alone_who_joins_it():
    authority = make_organisation(kind=Organisation.Kind.AUTHORITY)
    head = make_administrator(authority, Role.RECOMMENDER)
    admission = ask(make_user(), authority.uscc)
    with pytest.raises(Denied) as refusal:
        admitting.confirm(admission=admission, by=make_secretariat(), role=Role.RECOMMENDER)
    assert refusal.value.code == "admission.role"
    admitting.confirm(admission=admission, by=head, role=Role.RECOMMENDER)


def test_a_request_gives_no_role_of_another_kind_of_organisation():
    admission = ask(make_user())
    with pytest.raises(Denied) as refusal:
        admitting.confirm(admission=admission, by=make_secretariat(), role=Role.SECRETARIAT)
    assert refusal.value.code == "members.role"
    assert Organisation.objects.filter(uscc=admission.uscc).count() == 0


def test_a_deactivated_organisation_takes_nobody_in():
    office, organisation = make_secretariat(), make_organisation()
    organising.deactivate(organisation=organisation, by=office, reason="注销")
    admission = ask(make_user(), organisation.uscc)
    with pytest.raises(Denied) as refusal:
        admitting.confirm(admission=admission, by=office, role=Role.APPLICANT)
    assert refusal.value.code == "admission.inactive"


def test_members_and_who_tries_many_codes_are_told_so():
    user = make_member(Role.APPLICANT)
    with pytest.raises(Denied) as refusal:
        ask(user, user.memberships.get().organisation.uscc)
    assert refusal.value.code == "admission.member"
    for _number in range(5):
        ask(user)
    with pytest.raises(Denied) as refusal:
        ask(user)
    assert refusal.value.code == "admission.too_many"


@pytest.mark.parametrize(
    ("code", "region"),
    [
        ("91350100M000100Y43", "350000"),
        ("91110000600037341L", "110000"),
        ("912102000000000000", "210200"),
        ("91990000000000027W", ""),
    ],
)
def test_region_in_the_code_is_the_listed_city_or_its_province(code, region):
    assert region_in(code) == region


def test_remarks_warn_and_never_refuse():
    assert remarks_on("91110000600037341L", "110000", "enterprise") == []
    assert len(remarks_on("91990000000000027W", "320000", "enterprise")) == 1
    assert len(remarks_on("91110000600037341L", "320000", "university")) == 2


def test_similar_names_leave_out_what_all_names_share():
    near = make_organisation(name="示例钢铁联合有限公司")
    make_organisation(name="示例化工有限公司")
    own = make_organisation(name="示例钢铁联合股份有限公司")
    assert [one.organisation for one in similar_names(own.name, but=own.uscc)] == [near]


# --- pages --------------------------------------------------------------------------------------

TYPED = {"name": "示例新单位", "kind": "enterprise", "region": "320000", "note": "说明照留"}


def test_register_page_keeps_everything_beside_the_fault(client):
    client.force_login(make_user())
    response = client.post(
        "/organisations/new/", TYPED | {"uscc": "９１９９０００００００００００１９３"}
    )
    text = response.content.decode()
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["uscc"]
    assert [word in text for word in ("919900000000000193", "示例新单位", "说明照留")] == [True] * 3


def test_registrant_waits_and_sees_nothing_until_confirmed(client):
    office, user, code = make_secretariat(), make_user(), make_uscc()
    client.force_login(user)
    page = client.post("/organisations/new/", TYPED | {"uscc": code}, follow=True)
    admission = Admission.objects.get()
    assert page.redirect_chain[-1][0] == f"/requests/{admission.public_id}/"
    assert client.get(f"/requests/{admission.public_id}/").context["form"] is None
    client.force_login(office)
    assert admission.name in client.get("/office/registrations/").content.decode()
    done = client.post(
        f"/requests/{admission.public_id}/", {"decide": "confirm", "role": "applicant"}
    )
    assert done.status_code == 302
    client.force_login(user)
    place = Organisation.objects.get(uscc=code)
    assert client.get(f"/organisations/{place.public_id}/").status_code == 200


def test_refusing_without_a_reason_says_so_on_the_page(client):
    client.force_login(make_secretariat())
    admission = ask(make_user())
    response = client.post(f"/requests/{admission.public_id}/", {"decide": "refuse", "role": ""})
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["reason"])


@pytest.mark.parametrize("number", [1, 30])
def test_registration_list_costs_the_same_at_any_length(
    client, number, django_assert_max_num_queries
):
    client.force_login(make_secretariat())
    for _each in range(number):
        ask(make_user())
    client.get("/office/registrations/")
    with django_assert_max_num_queries(8):
        assert len(client.get("/office/registrations/").context["rows"]) == number


@pytest.mark.parametrize("number", [1, 30])
def test_organisations_cost_the_same_at_any_number(client, number, django_assert_max_num_queries):
    client.force_login(make_secretariat())
    for _each in range(number):
        make_member(Role.APPLICANT)
    client.get("/office/organisations/")
    with django_assert_max_num_queries(8):
        client.get("/office/organisations/")


def test_organisations_are_found_by_name_and_by_pasted_code(client):
    client.force_login(make_secretariat())
    wanted = make_organisation(name="示例寻找单位")
    make_organisation()
    for words in ("寻找", f" {wanted.uscc[:6].lower()} {wanted.uscc[6:].lower()}"):
        rows = client.get("/office/organisations/", {"q": words}).context["rows"]
        assert [one for one, _region in rows] == [wanted]
