"""What the record tells of a case, to each kind of reader, on the pages of every app."""

import pytest
from django.urls import reverse

from courses.lifecycle import CERTIFICATE, ENROLMENT, RUN, RunState
from courses.queries.record import certificate_history, enrolment_history
from courses.services.certifying.changing import ask_revocation
from courses.services.enrolling import request_place
from evaluation.services.publishing import publish_notice
from portal.accounts.enums import Role
from portal.accounts.models import Membership
from portal.accounts.services import admitting
from portal.core import audit
from portal.core.audit import origin
from portal.core.audit.timeline import TOPICS, Reader, history
from portal.core.models import AuditEvent
from showcase.lifecycle import ROUND, SUBMISSION, RoundState, SubmissionState
from showcase.queries.record import (
    finished_rounds,
    reader_of_submission,
    round_history,
    submission_history,
)
from tests.factories.accounts import make_member, make_organisation, make_secretariat, make_user
from tests.factories.certificates import make_certificate
from tests.factories.courses import make_enrolment, make_run, make_team
from tests.factories.rankings import STRONG, make_judged_round, make_ranking
from tests.factories.showcase import (
    complete_data,
    make_authority,
    make_round,
    make_submission,
)

pytestmark = [pytest.mark.django_db, pytest.mark.either]


@pytest.mark.parametrize(
    ("topic", "object_type", "lifecycle"),
    [
        ("submission", "showcase.submission", SUBMISSION),
        ("round", "showcase.round", ROUND),
        ("run", "courses.run", RUN),
        ("enrolment", "courses.enrolment", ENROLMENT),
        ("certificate", "courses.certificate", CERTIFICATE),
    ],
)
def test_every_step_of_a_case_is_told_to_the_office(topic, object_type, lifecycle):
    told = TOPICS[topic][object_type]
    codes = {arrow.code for arrow in lifecycle.arrows.values()}
    assert codes - set(told) == set()
    assert all(Reader.OFFICE in told[code].readers for code in codes)


def test_nothing_internal_is_told_to_a_party():
    told = {
        action
        for types in TOPICS.values()
        for tellings in types.values()
        for action, one in tellings.items()
        if Reader.PARTY in one.readers
    }
    inner = ("check.", "talk.", "conflict", "ballot.", "assignment.", "draw.", "ranking.", "panel.")
    assert [action for action in told if action.startswith(inner)] == []
    assert {one for one in told if "revocation" in one} == set()


def test_names_are_never_told_to_parties_and_observers_of_applicants():
    for action, one in TOPICS["submission"]["showcase.submission"].items():
        assert Reader.PARTY not in one.named, action
        if one.side and "pplic" in str(one.side):
            assert Reader.OBSERVER not in one.named, action


@pytest.fixture
def case():
    """A judged and published application with everything the record knows of it."""
    office = make_secretariat(name="秘书处小李")
    notice = publish_notice(
        make_ranking(make_judged_round(STRONG), by=office), by=make_secretariat(name="秘书处小王")
    )
    entry = notice.round.submissions.get()
    applicant = make_member(Role.APPLICANT, entry.applicant, name="申报人甲")
    entry.authority = make_authority("320000")
    entry.save()
    for action, by, facts in (
        ("submission.submitted", applicant, {}),
        ("check.marked", office, {"F3": "内部意见"}),
        ("submission.accepted", office, {}),
        ("talk.veto", office, {"note": "专家意见"}),
        ("submission.revocation_asked", office, {"reason": "内部申请撤销"}),
    ):
        audit.record(action=action, obj=entry, by=by, facts=facts)
    return entry


def told(user, entry):
    return [str(line.text) for line in submission_history(user, entry)]


def names(user, entry):
    return {str(line.who) for line in submission_history(user, entry)} - {""}


PUBLIC = ["Formal check passed", "Submitted", "Proposed for selection"]
INNER = [
    "Revocation asked for",
    "The panel decided on a veto ground",
    "Formal check passed",
    "Items of the formal check marked",
    "Submitted",
    "Proposed for selection",
]


def test_applicant_reads_steps_and_no_names(case, in_english):
    person = make_member(Role.APPLICANT, case.applicant)
    assert told(person, case) == PUBLIC
    assert names(person, case) == {"Applicant", "Secretariat"}


def test_authority_reads_steps_and_no_names(case, in_english):
    person = make_member(Role.RECOMMENDER, case.authority)
    assert (told(person, case), names(person, case)) == (PUBLIC, {"Applicant", "Secretariat"})


def test_office_reads_everything_with_names(case, in_english):
    person = make_secretariat()
    assert told(person, case) == INNER
    assert names(person, case) == {"秘书处小李", "秘书处小王", "申报人甲"}


def test_observer_reads_everything_without_the_applicants_people(case, in_english):
    person = make_member(Role.OBSERVER)
    assert told(person, case) == INNER
    assert names(person, case) == {"秘书处小李", "Applicant", "Secretariat"}


def test_member_of_the_office_who_is_a_party_reads_as_one(case, in_english):
    person = make_secretariat()
    Membership.objects.create(user=person, organisation=case.applicant, role=Role.APPLICANT)
    assert reader_of_submission(person, case) == Reader.PARTY
    assert told(person, case) == PUBLIC


@pytest.mark.parametrize("role", [Role.EXPERT, Role.CHAIR, Role.EDITOR, Role.APPLICANT])
def test_strangers_read_nothing(case, role):
    assert submission_history(make_member(role), case) == []


def test_a_missing_name_is_not_replaced_by_the_address(case):
    AuditEvent.objects.filter(actor__name="申报人甲").first().actor.__class__.objects.filter(
        name="申报人甲"
    ).update(name="")
    for line in submission_history(make_secretariat(), case):
        assert "@" not in str(line.who)


@pytest.mark.parametrize("number", [1, 30])
def test_history_costs_one_query(case, number, django_assert_num_queries):
    for _number in range(number):
        audit.record(action="check.marked", obj=case, by=make_user())
    person = make_secretariat()
    assert person.roles
    assert list(case.partners.all()) == []
    with django_assert_num_queries(2):  # one of them asks for partners
        submission_history(person, case)


def test_reader_learns_that_an_administrator_acted(case, in_english):
    support, person = make_user(name="管理员"), make_member(Role.APPLICANT, case.applicant)
    with origin.coming_from("192.0.2.7", support):
        audit.record(action="submission.file_added", obj=case, by=person, facts={"name": "a.pdf"})
    own, office = (submission_history(one, case)[0] for one in (person, make_secretariat()))
    assert (own.behind, office.behind) == (
        "by a system administrator, acting for this person",
        "by 管理员, acting for this person",
    )


def test_pages_show_each_reader_their_own_history(case, client):
    url = reverse("submission_detail", args=[case.public_id])
    client.cookies["anfan_language"] = "en"
    for person, inner in (
        (make_member(Role.APPLICANT, case.applicant), False),
        (make_secretariat(), True),
    ):
        client.force_login(person)
        page = client.get(url).content.decode()
        assert ("秘书处小李" in page, "内部申请撤销" in page) == (inner, inner)
        assert "Formal check passed" in page
        assert "内部意见" not in page


def test_rounds_history_is_for_office_and_observer(case, in_english):
    lines = [str(line.text) for line in round_history(make_secretariat(), case.round)]
    assert lines[:3] == [
        "Entries put on public notice",
        "Public notice published",
        "Ranking published",
    ]
    assert round_history(make_member(Role.OBSERVER), case.round) != []
    assert round_history(make_member(Role.APPLICANT, case.applicant), case.round) == []


def test_request_tells_its_sender_without_names(client, in_english):
    sender, office = make_user(), make_secretariat(name="秘书处小李")
    admission = admitting.ask(
        uscc="919900000000000192", name="示例智造有限公司", kind="enterprise", by=sender
    )
    admitting.refuse(admission=admission, by=office, reason="代码与营业执照不符。")
    lines = history("admission", Reader.PARTY, objects=[admission])
    assert [(str(one.text), str(one.who), one.note) for one in lines] == [
        ("Refused", "", "代码与营业执照不符。"),
        ("Asked", "", ""),
    ]
    client.force_login(sender)
    page = client.get(reverse("admission_detail", args=[admission.public_id])).content.decode()
    assert "秘书处小李" not in page


def test_holder_reads_of_the_certificate_without_names_and_before_it_is_decided_nothing(in_english):
    team = make_team()
    certificate = make_certificate(team=team)
    ask_revocation(
        certificate=certificate, reason="考试由他人代答，经复核认定。", by=team.certifier
    )
    own = certificate_history(certificate.holder, certificate)
    assert [(str(one.text), str(one.who)) for one in own] == [("Issued", "Certifier")]
    staff = certificate_history(team.certifier, certificate)
    assert [(str(one.text), one.who) for one in staff] == [
        ("Revocation asked for", team.certifier.name),
        ("Issued", team.certifier.name),
    ]
    observer = certificate_history(make_member(Role.OBSERVER), certificate)
    assert {str(one.who) for one in observer} == {"Certifier"}
    assert certificate_history(make_user(), certificate) == []


def test_learner_reads_what_became_of_the_place(client, in_english):
    team = make_team()
    run, learner = make_run(team=team), make_user(name="学员甲")
    enrolment = request_place(run=run, by=learner)
    lines = enrolment_history(learner, enrolment)
    assert [str(one.who) for one in lines if str(one.text) == "Place asked for"] == ["Learner"]
    assert enrolment_history(make_user(), enrolment) == []
    admitted = make_enrolment(make_run(RunState.RUNNING, team=team), learner)
    audit.record(action="enrolment.admitted", obj=admitted, by=team.coordinator)
    url = reverse("learning_run", args=[admitted.public_id])
    client.force_login(learner)
    client.cookies["anfan_language"] = "en"
    closed, opened = (client.get(url + more).content.decode() for more in ("", "?history=1"))
    assert ("Admitted" in closed, "Admitted" in opened) == (False, True)
    assert team.coordinator.name not in opened
    client.force_login(team.coordinator)
    page = client.get(reverse("run_board", args=[run.public_id]))
    assert page.status_code == 200


def test_nobody_is_told_nothing():
    assert history("submission", None, objects=[]) == []
    assert history("submission", Reader.OFFICE, objects=[]) == []


def test_round_is_finished_when_announced_and_no_term_runs():
    office, organisation = make_secretariat(), make_organisation()
    announced = make_round(RoundState.ANNOUNCED, by=office)
    make_round(RoundState.RANKING, by=office)
    held = make_round(RoundState.ANNOUNCED, by=office)
    data = complete_data(organisation, pj_title="示例项目")
    make_submission(held, organisation, SubmissionState.ON_HOLD, data)
    assert list(finished_rounds()) == [announced.audit_chain]


@pytest.fixture
def in_english():
    from django.utils import translation

    with translation.override("en"):
        yield
