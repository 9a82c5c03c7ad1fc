from datetime import UTC, date, datetime

import pytest

from portal.accounts.enums import Role
from portal.core import clock
from portal.core.denials import Denied
from portal.core.models import AuditEvent, Notification
from showcase.lifecycle import SubmissionState
from showcase.models import Demonstration, SolutionPage, Submission
from showcase.queries.publication import PUBLIC_SECTIONS, evidence_level, page_facts
from showcase.services.listing import (
    add_months,
    hold,
    list_submission,
    record_verdict,
    release,
    turn_down,
)
from tests.factories.accounts import make_member, make_organisation, make_secretariat
from tests.factories.showcase import complete_data, make_attachment, make_round, make_submission

pytestmark = pytest.mark.django_db
S = SubmissionState
CANARIES = {
    "ct.name": "金丝雀联系人",
    "ct.mobile": "13900001111",
    "ct.email": "canary@example.org",
    "org.legal_rep": "金丝雀法人",
    "org.profile": "金丝雀单位简介",
    "pj.summary": "金丝雀项目简介",
    "tx.arch": "金丝雀总体架构",
    "tx.tech": "金丝雀关键技术",
    "tx.plan": "金丝雀下一步",
    "pj.invest": "4242.42",
}


def make_proposed(**fields):
    organisation = make_organisation(name="示例安澜公司")
    data = complete_data(organisation) | fields
    return make_submission(make_round(), organisation, S.PROPOSED, data, attachments=True)


@pytest.mark.parametrize(("is_proposed", "state"), [(True, S.PROPOSED), (False, S.NOT_SELECTED)])
def test_a_verdict_moves_the_application_and_tells_the_applicant(is_proposed, state):
    entry = make_submission(state=S.ACCEPTED)
    person = make_member(Role.APPLICANT, entry.applicant)
    record_verdict(entry, is_proposed=is_proposed, by=make_secretariat())
    entry.refresh_from_db()
    assert entry.state == state
    assert [n.kind for n in Notification.objects.filter(recipient=person)] == [
        f"submission.{state}"
    ]


def test_listing_begins_the_term_and_puts_the_page_online():
    entry = make_proposed()
    with clock.at(datetime(2027, 3, 15, 4, tzinfo=UTC)):
        page = list_submission(entry, by=make_secretariat())
    entry.refresh_from_db()
    term = entry.demonstration
    assert (entry.state, page.live, page.slug) == (S.LISTED, True, entry.number.lower())
    assert (term.listed_on, term.valid_until) == (date(2027, 3, 15), date(2029, 3, 15))
    assert (page.listed_on, page.valid_until) == (term.listed_on, term.valid_until)


def test_listing_twice_keeps_the_page():
    entry, clerk = make_proposed(), make_secretariat()
    first = list_submission(entry, by=clerk)
    assert list_submission(entry, by=clerk) == first
    assert (SolutionPage.objects.count(), Demonstration.objects.count()) == (1, 1)
    assert AuditEvent.objects.filter(action="submission.listed").count() == 1


def test_the_page_answers_and_shows_nothing_that_is_private(client):
    page = list_submission(make_proposed(**CANARIES), by=make_secretariat())
    response = client.get(page.get_url())
    assert response.status_code == 200
    text = response.content.decode()
    stored = str(SolutionPage.objects.filter(pk=page.pk).values().get())
    assert [word for word in CANARIES.values() if word in text or word in stored] == []
    assert "示例安澜公司" in text


def test_the_page_takes_the_public_facts_of_the_application():
    facts = page_facts(make_proposed())
    assert facts["title"] == "化成段控制器准入与写指令审计"
    assert facts["title_en"] == "Admission and write audit of formation controllers"
    assert [section["key"] for section in facts["sections"]] == list(PUBLIC_SECTIONS.values())
    assert sorted(facts["effects"][0]) == ["after", "before", "evidence", "metric", "unit"]


def test_without_the_pledge_no_section_is_published():
    assert page_facts(make_proposed(**{"pl.publish": False}))["sections"] == []


@pytest.mark.parametrize(
    ("codes", "evidence", "level"),
    [
        (["A5", "A7"], ["A5 第12页", "A7 第1份"], "A"),
        (["A5", "A7"], ["A5 第12页", "现场实测"], "B"),
        (["A5", "A7"], ["A9 第3页"], "B"),
        (["A5"], ["A5 第12页"], "B"),
        (["A7"], ["A7 第1份"], "C"),
        ([], ["A5 第12页"], "D"),
        (["A5", "A7"], [], "B"),
    ],
)
def test_the_evidence_level_follows_the_files_and_what_is_named(codes, evidence, level):
    effects = [{"metric": "指标", "evidence": text} for text in evidence]
    data = complete_data(None) | {"tx.effect": effects}
    entry = make_submission(state=S.PROPOSED, data=data)
    for code in codes:
        make_attachment(entry, code)
    assert evidence_level(entry) == level


@pytest.mark.parametrize(
    ("day", "months", "result"),
    [
        (date(2027, 3, 15), 24, date(2029, 3, 15)),
        (date(2028, 2, 29), 24, date(2030, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2027, 12, 1), 1, date(2028, 1, 1)),
    ],
)
def test_a_term_ends_on_the_same_day_of_its_last_month(day, months, result):
    assert add_months(day, months) == result


ACTS = {
    "propose": (lambda e, by: record_verdict(e, is_proposed=True, by=by), {S.ACCEPTED}),
    "hold": (lambda e, by: hold(e, by=by), {S.PROPOSED}),
    "release": (lambda e, by: release(e, by=by), {S.ON_HOLD}),
    "turn_down": (
        lambda e, by: turn_down(e, reason="异议成立。", by=by),
        {S.ACCEPTED, S.PROPOSED, S.ON_HOLD},
    ),
}


@pytest.mark.parametrize("state", list(S))
@pytest.mark.parametrize("name", list(ACTS))
def test_each_step_starts_only_from_its_states(name, state):
    act, allowed = ACTS[name]
    entry = make_submission(state=state)
    clerk = make_secretariat()
    if state in allowed:
        assert act(entry, clerk).state != state
    else:
        with pytest.raises(Denied):
            act(entry, clerk)
        assert Submission.objects.get(pk=entry.pk).state == state


@pytest.mark.parametrize("role", [role for role in Role if role != Role.SECRETARIAT])
def test_nobody_but_the_secretariat_lists(role):
    entry, person = make_proposed(), make_member(role)
    for act in (*[act for act, _states in ACTS.values()], lambda e, by: list_submission(e, by=by)):
        with pytest.raises(Denied) as denied:
            act(entry, person)
        assert denied.value.code == "listing.role"
