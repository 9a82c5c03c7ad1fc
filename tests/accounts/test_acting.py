from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings as django_settings
from django.urls import get_resolver, reverse

from portal.accounts.enums import Role
from portal.accounts.models import Acting, User
from portal.accounts.rules import acting as rules
from portal.core import clock
from portal.core.audit import origin
from portal.core.denials import Denied
from portal.core.models import AuditEvent, Notification
from showcase.lifecycle import RoundState, SubmissionState
from showcase.models import Submission
from showcase.services import applying
from tests.factories.accounts import make_member, make_organisation, make_secretariat, make_user
from tests.factories.showcase import complete_data, make_round, make_submission

pytestmark = [pytest.mark.django_db, pytest.mark.either]
REASON = "电话求助：附件无法上传"


@pytest.fixture
def admin():
    return make_user(name="管理员", is_superuser=True, is_staff=True)


@pytest.fixture
def draft():
    organisation = make_organisation()
    data = complete_data(organisation, pj_title="示例草稿项目")
    round = make_round(RoundState.APPLYING, by=make_secretariat())
    return make_submission(round, organisation, SubmissionState.DRAFT, data)


@pytest.fixture
def person(draft):
    return make_member(Role.APPLICANT, draft.applicant, name="申报人甲")


def begin(client, admin, person, reason=REASON):
    client.force_login(admin)
    return client.post(reverse("acting_start"), {"email": person.email, "reason": reason})


def actions():
    return list(
        AuditEvent.objects.filter(action__startswith="acting.")
        .order_by("seq")
        .values_list("action", flat=True)
    )


def test_administrator_sees_what_the_person_sees_under_a_banner(client, admin, person, draft):
    assert begin(client, admin, person).status_code == 302
    for url in (reverse("submission_detail", args=[draft.public_id]), reverse("profile_edit")):
        page = client.get(url)
        assert (page.status_code, page.context["user"]) == (200, person)
        assert 'class="acting"' in page.content.decode()
        assert "申报人甲" in page.content.decode()


def test_person_is_told_with_name_and_reason_and_both_ends_are_recorded(client, admin, person):
    begin(client, admin, person)
    notice = Notification.objects.get(recipient=person)
    assert (admin.name in notice.body, REASON in notice.body) == (True, True)
    client.post(reverse("acting_stop"))
    events = AuditEvent.objects.filter(action__startswith="acting.").order_by("seq")
    assert [(one.action, one.actor, one.behind) for one in events] == [
        ("acting.began", admin, None),
        ("acting.ended", admin, None),
    ]
    assert events[0].facts["reason"] == REASON
    assert client.get(reverse("acting_start")).context["user"] == admin


def test_session_has_a_new_key_on_entering_and_on_leaving(client, admin, person):
    client.force_login(admin)
    client.get(reverse("acting_start"))
    first = client.session.session_key
    begin_keys = []
    client.post(reverse("acting_start"), {"email": person.email, "reason": REASON})
    begin_keys.append(client.session.session_key)
    client.post(reverse("acting_stop"))
    begin_keys.append(client.session.session_key)
    assert len({first, *begin_keys}) == 3
    assert set(UserSession.objects.filter(user=person)) == set()
    assert UserSession.objects.get(session_key=begin_keys[1]).user == admin


def test_draft_is_changed_and_the_record_names_both(client, admin, person, draft):
    begin(client, admin, person)
    url = reverse("submission_section", args=[draft.public_id, "project"])
    answer = client.post(url, {"revision": draft.revision, "pj.title": "代填的题目"})
    assert answer.status_code in {200, 302, 422}
    deed = AuditEvent.objects.get(action="acting.deed")
    assert (deed.actor, deed.behind, deed.facts["page"]) == (person, admin, "submission_section")


def test_application_is_not_handed_in_for_another(client, admin, person, draft):
    begin(client, admin, person)
    url = reverse("submission_check", args=[draft.public_id])
    assert client.get(url).status_code == 200
    answer = client.post(url, {"confirm": "1"})
    draft.refresh_from_db()
    assert (answer.status_code, draft.state) == (403, SubmissionState.DRAFT)
    assert actions() == ["acting.began"]


def test_services_refuse_what_the_pages_would_not_have_sent(admin, person, draft):
    with (
        origin.coming_from("192.0.2.7", admin, rules.SAFE_ACTIONS),
        pytest.raises(Denied) as denied,
    ):
        applying.withdraw(draft, by=person, reason="另有安排，不再申报。")
    draft.refresh_from_db()
    assert (denied.value.code, draft.state) == ("acting.deed", SubmissionState.DRAFT)


@pytest.mark.parametrize(
    "path", ["/accounts/password/change/", "/accounts/email/", "/accounts/2fa/", "/admin/"]
)
def test_accounts_and_content_management_are_closed(client, admin, person, path):
    begin(client, admin, person)
    assert client.get(path).status_code == 403


def names_of(patterns):
    for one in patterns:
        if hasattr(one, "url_patterns"):
            yield from names_of(one.url_patterns)
        elif one.name:
            yield one.name


def test_every_address_is_closed_to_a_post_unless_it_is_named():
    names = set(names_of(get_resolver().url_patterns))
    assert names >= rules.SAFE_DEEDS | rules.CLOSED
    refused = set()
    for name in names:
        try:
            rules.check_open_to_acting(name, "showcase.views", "POST")
        except Denied:
            refused.add(name)
    assert refused == names - rules.SAFE_DEEDS


@pytest.mark.parametrize("role", sorted(rules.NEVER))
def test_nobody_acts_as_who_judges_or_sees_all(client, admin, role):
    answer = begin(client, admin, make_member(role))
    assert (answer.status_code, Acting.objects.count()) == (422, 0)


@pytest.mark.parametrize(
    "facts", [{"is_superuser": True}, {"is_staff": True}, {"is_active": False}]
)
def test_nobody_acts_as_an_administrator_or_a_closed_account(client, admin, facts):
    answer = begin(client, admin, make_user(**facts))
    assert (answer.status_code, Acting.objects.count()) == (422, 0)


def test_roles_are_either_open_or_closed_to_acting():
    may = {Role.APPLICANT, Role.RECOMMENDER, Role.COORDINATOR, Role.TEACHER}
    assert set(Role) - rules.NEVER == may


def test_a_reason_is_needed_and_what_was_typed_stays(client, admin, person):
    answer = begin(client, admin, person, reason="太短")
    assert (answer.status_code, person.email in answer.content.decode()) == (422, True)
    assert Acting.objects.count() == 0


def test_page_is_missing_for_everybody_else(client):
    client.force_login(make_secretariat())
    assert client.get(reverse("acting_start")).status_code == 404
    assert client.post(reverse("acting_stop")).status_code == 404


def test_time_is_over_after_thirty_minutes(client, admin, person):
    begin(client, admin, person)
    with clock.at(clock.now() + timedelta(minutes=30)):
        answer = client.get(reverse("workspace"))
        assert answer.url == reverse("acting_start")
        assert client.get(reverse("acting_start")).context["user"] == admin
    spell = Acting.objects.get()
    assert (spell.ended_at, actions()) == (spell.ends_at, ["acting.began", "acting.ended"])


@pytest.mark.parametrize("lost", ["right", "person becomes a judge"])
def test_acting_ends_when_the_right_to_it_is_lost(client, admin, person, lost):
    begin(client, admin, person)
    if lost == "right":
        User.objects.filter(pk=admin.pk).update(is_superuser=False)
    else:
        person.memberships.update(role=Role.EXPERT)
    client.get(reverse("workspace"))
    assert Acting.objects.get().ended_at is not None
    assert django_settings.SESSION_COOKIE_NAME in client.cookies
    assert "acting" not in client.session


def test_a_spell_of_somebody_else_is_worth_nothing(client, admin, person):
    begin(client, admin, person)
    stolen, other = client.session["acting"], make_user()
    client.logout()
    client.force_login(other)
    session = client.session
    session["acting"] = stolen
    session.save()
    assert client.get(reverse("profile_edit")).context["user"] == other


def test_acting_costs_who_does_not_act_no_query(
    client, person, draft, django_assert_max_num_queries
):
    client.force_login(person)
    client.get(reverse("notification_list"))
    # Session, person, roles, unread notices, the list's two, mark.
    with django_assert_max_num_queries(8):
        client.get(reverse("notification_list"))


def test_draft_belongs_to_nobody_new(draft):
    assert Submission.objects.count() == 1
