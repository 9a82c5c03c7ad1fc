from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from evaluation.models import Objection
from evaluation.services.objecting import decide_objection, hold_entry, lodge_objection
from portal.accounts.enums import Role
from portal.core import clock
from portal.core.denials import Denied
from portal.core.models import AuditEvent, Notification, PrivateFile
from showcase.lifecycle import SubmissionState
from showcase.models import Submission
from tests.factories.accounts import make_member, make_secretariat
from tests.factories.rankings import make_notice
from tests.factories.showcase import PDF

pytestmark = pytest.mark.django_db
S, Outcome = SubmissionState, Objection.Outcome
NAME, CONTACT = "示例异议人金丝雀", "canary@example.org"
ANSWER = "调阅了停线记录，与申报内容比对，结论如下。"


def lodge(notice, **facts):
    values = {
        "submission": Submission.objects.get(state__in=(S.PROPOSED, S.ON_HOLD)),
        "kind": Objection.Kind.PERSON,
        "objector": NAME,
        "contact": CONTACT,
        "facts": "公开摘要所称的停线次数与现场记录不符。",
    }
    return lodge_objection(notice, **(values | facts))


def state_of(objection):
    return Submission.objects.get(pk=objection.submission_id).state


def test_an_objection_is_received_with_a_number_and_the_secretariat_is_told():
    clerk, notice = make_secretariat(), make_notice()
    objection = lodge(notice)
    assert objection.receipt.replace("-", "").lower() == objection.public_id
    assert Notification.objects.filter(recipient=clerk, kind="objection.received").count() == 1
    assert state_of(objection) == S.PROPOSED


def test_who_objected_stands_neither_in_the_record_nor_in_any_notice():
    notice = make_notice()
    objection = lodge(notice)
    hold_entry(objection, by=make_secretariat())
    decide_objection(objection, outcome=Outcome.UPHELD, answer=ANSWER, by=make_secretariat())
    written = [
        str(row)
        for model, fields in (
            (AuditEvent, ("object_label", "facts", "before", "after", "actor_label")),
            (Notification, ("subject", "body", "url")),
        )
        for row in model.objects.values_list(*fields)
    ]
    assert [row for row in written if NAME in row or CONTACT in row] == []


@pytest.mark.parametrize(("seconds", "received"), [(-1, 1), (0, 0), (1, 0)])
def test_objections_are_received_until_the_closing_minute(seconds, received):
    notice = make_notice()
    with clock.at(notice.closes_at + timedelta(seconds=seconds)):
        if received:
            lodge(notice)
        else:
            with pytest.raises(Denied) as denied:
                lodge(notice)
            assert denied.value.code == "objection.closed"
    assert Objection.objects.count() == received


def test_evidence_is_kept_privately():
    objection = lodge(make_notice(), evidence=SimpleUploadedFile("证据.pdf", PDF))
    assert (objection.evidence.name, objection.evidence.uploaded_by) == ("证据.pdf", None)


def test_a_false_file_type_is_refused_and_nothing_is_kept():
    with pytest.raises(ValidationError):
        lodge(make_notice(), evidence=SimpleUploadedFile("证据.pdf", b"MZ not a pdf"))
    assert (Objection.objects.count(), PrivateFile.objects.filter(name="证据.pdf").count()) == (
        0,
        0,
    )


def test_holding_twice_holds_once():
    clerk, objection = make_secretariat(), lodge(make_notice())
    hold_entry(objection, by=clerk)
    hold_entry(objection, by=clerk)
    assert state_of(objection) == S.ON_HOLD
    assert AuditEvent.objects.filter(action="submission.held").count() == 1


@pytest.mark.parametrize("is_held", [True, False])
@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (Outcome.UPHELD, S.NOT_SELECTED),
        (Outcome.REJECTED, S.PROPOSED),
        (Outcome.WITHDRAWN, S.PROPOSED),
    ],
)
def test_the_outcome_is_carried_out_on_the_entry(outcome, state, is_held):
    clerk, objection = make_secretariat(), lodge(make_notice())
    if is_held:
        hold_entry(objection, by=clerk)
    decide_objection(objection, outcome=outcome, answer=ANSWER, by=clerk)
    objection.refresh_from_db()
    assert (state_of(objection), objection.outcome, objection.answer) == (state, outcome, ANSWER)
    assert objection.decided_by == clerk


def test_the_applicant_reads_the_answer_as_the_reason():
    objection = lodge(make_notice())
    decide_objection(objection, outcome=Outcome.UPHELD, answer=ANSWER, by=make_secretariat())
    told = Notification.objects.filter(kind="submission.not_selected").order_by("-pk").first()
    assert told.body.endswith(ANSWER)


def test_a_held_entry_waits_for_all_its_objections():
    clerk, notice = make_secretariat(), make_notice()
    first, second = lodge(notice), lodge(notice, objector="另一位示例人")
    hold_entry(first, by=clerk)
    decide_objection(first, outcome=Outcome.REJECTED, answer=ANSWER, by=clerk)
    assert state_of(first) == S.ON_HOLD
    decide_objection(second, outcome=Outcome.REJECTED, answer=ANSWER, by=clerk)
    assert state_of(first) == S.PROPOSED


def test_an_objection_is_decided_once_and_with_an_answer():
    clerk, objection = make_secretariat(), lodge(make_notice())
    with pytest.raises(Denied) as unanswered:
        decide_objection(objection, outcome=Outcome.REJECTED, answer=" 无 ", by=clerk)
    decide_objection(objection, outcome=Outcome.REJECTED, answer=ANSWER, by=clerk)
    with pytest.raises(Denied) as again:
        decide_objection(objection, outcome=Outcome.UPHELD, answer=ANSWER, by=clerk)
    assert unanswered.value.code == "objection.answer"
    assert again.value.code == "objection.decided"


@pytest.mark.parametrize("role", [role for role in Role if role != Role.SECRETARIAT])
def test_nobody_but_the_secretariat_handles_objections(role):
    objection, person = lodge(make_notice()), make_member(role)
    for act in (
        lambda: hold_entry(objection, by=person),
        lambda: decide_objection(objection, outcome=Outcome.UPHELD, answer=ANSWER, by=person),
    ):
        with pytest.raises(Denied) as denied:
            act()
        assert denied.value.code == "objection.role"
