"""Starting, saving, submitting, withdrawing and correcting an application."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from portal.accounts.enums import Role
from portal.core import audit, clock
from portal.core.audit import recording
from portal.core.denials import Denied
from portal.core.models import AuditEvent, Mail, Notification, PrivateFile
from showcase.content_hash import content_hash
from showcase.lifecycle import EDITABLE, SUBMISSION, RoundState, SubmissionState
from showcase.models import Submission
from showcase.queries.submissions import authority_for, eligibility_facts, other_projects
from showcase.rules import applying as rules
from showcase.services.applying import (
    fingerprint,
    resubmit,
    save_section,
    start_draft,
    submit,
    withdraw,
)
from showcase.services.attaching import add_attachment, remove_attachment
from showcase.services.drafts import Conflict
from tests.factories.accounts import make_member, make_organisation, make_secretariat, make_uscc
from tests.factories.showcase import (
    PDF,
    complete_data,
    make_authority,
    make_demonstration,
    make_formal_check,
    make_round,
    make_submission,
)

pytestmark = pytest.mark.django_db


def make_ready(**facts):
    """Return an application that may be submitted, and its writer."""
    submission = make_submission(attachments=True, **facts)
    return submission, make_member(Role.APPLICANT, submission.applicant)


def reasons_of(submission, by):
    with pytest.raises(ValidationError) as caught:
        submit(submission, by=by)
    return caught.value.message_dict


# --- drafts -----------------------------------------------------------------------------------


def test_draft_knows_its_organisation_and_authority():
    authority, organisation = make_authority("320000"), make_organisation(region="320000")
    draft = start_draft(make_round(), organisation, by=make_member(Role.APPLICANT, organisation))
    assert draft.data == {
        "org.name": organisation.name,
        "org.uscc": organisation.uscc,
        "org.region": "320000",
    }
    assert (draft.state, draft.revision, draft.authority) == ("draft", 1, authority)
    assert AuditEvent.objects.get(object_key=draft.public_id).action == "submission.started"


def test_draft_is_prefilled_by_a_recommender():
    draft = start_draft(
        make_round(),
        make_organisation(),
        by=make_member(Role.RECOMMENDER),
        data={"pj.title": "高炉控制系统准入", "pj.direction": "control", "pj.invest": "1,200"},
    )
    assert (draft.title, draft.direction.code) == ("高炉控制系统准入", "control")
    assert draft.data["pj.invest"] == "1200.00"


@pytest.mark.parametrize("role", ["expert", "observer", "secretariat", "editor", "applicant"])
def test_draft_is_not_started_by_others(role):
    with pytest.raises(Denied) as caught:
        start_draft(make_round(), make_organisation(), by=make_member(role))
    assert caught.value.code == "applying.role"


@pytest.mark.parametrize("state", [s for s in RoundState.values if s != "applying"])
def test_draft_needs_an_open_round(state):
    organisation = make_organisation()
    by = make_member(Role.APPLICANT, organisation)
    with pytest.raises(Denied) as caught:
        start_draft(make_round(state), organisation, by=by)
    assert caught.value.code == ("applying.not_yet" if state == "setup" else "applying.late")


def test_save_keeps_a_revision_and_copies_out():
    submission, by = make_ready(data={})
    saved = save_section(
        submission, "project", by=by, data={"pj.title": "甲", "pj.direction": "data"}, base=1
    )
    fresh = Submission.objects.get()
    assert (fresh.revision, saved.revision) == (2, 2)
    assert (fresh.title, fresh.direction.code) == ("甲", "data")
    assert [r.number for r in fresh.revisions.all()] == [2, 1]
    assert fresh.revisions.first().saved_by == by


def test_save_of_the_same_makes_no_revision():
    submission, by = make_ready()
    saved = save_section(
        submission, "plan", by=by, data={"tx.plan": submission.data["tx.plan"]}, base=1
    )
    assert saved.revision == 1


def test_save_keeps_overlong_text_and_says_so():
    submission, by = make_ready()
    saved = save_section(submission, "plan", by=by, data={"tx.plan": "长" * 1200}, base=1)
    assert [(f.key, f.code, f.params["over"]) for f in saved.wrong] == [
        ("tx.plan", "too_long", 200)
    ]
    assert Submission.objects.get().data["tx.plan"] == "长" * 1200


def test_save_ignores_fields_of_other_sections():
    submission, by = make_ready()
    save_section(submission, "plan", by=by, data={"tx.plan": "新", "pj.title": "乙"}, base=1)
    assert Submission.objects.get().title == submission.title


def test_save_merges_what_does_not_collide():
    submission, by = make_ready()
    other = make_member(Role.APPLICANT, submission.applicant)
    save_section(submission, "project", by=other, data={"pj.title": "对方的题目"}, base=1)
    save_section(
        submission,
        "project",
        by=by,
        data={"pj.title": submission.data["pj.title"], "pj.summary": "我的简介"},
        base=1,
    )
    fresh = Submission.objects.get()
    assert (fresh.data["pj.title"], fresh.data["pj.summary"]) == ("对方的题目", "我的简介")
    assert fresh.revision == 3


def test_save_conflict_returns_both_texts_and_writes_nothing():
    submission, by = make_ready()
    save_section(submission, "plan", by=by, data={"tx.plan": "第一个窗口"}, base=1)
    with pytest.raises(Conflict) as caught, transaction.atomic():
        save_section(submission, "plan", by=by, data={"tx.plan": "第二个窗口"}, base=1)
    assert caught.value.mine == {"tx.plan": "第二个窗口"}
    assert caught.value.theirs == {"tx.plan": "第一个窗口"}
    assert Submission.objects.get().data["tx.plan"] == "第一个窗口"
    save_section(
        submission, "plan", by=by, data={"tx.plan": "第二个窗口"}, base=caught.value.revision
    )
    assert Submission.objects.get().data["tx.plan"] == "第二个窗口"


def test_partners_follow_the_data():
    known = make_organisation()
    submission, by = make_ready()
    rows = [
        {"uscc": known.uscc, "name": known.name, "role": "研发"},
        {"uscc": make_uscc(), "name": "示例乙", "role": "部署"},
    ]
    save_section(submission, "partners", by=by, data={"partners": rows}, base=1)
    partners = submission.partners.all()
    assert [(p.uscc, p.organisation) for p in partners] == [
        (known.uscc, known),
        (rows[1]["uscc"], None),
    ]
    save_section(submission, "partners", by=by, data={"partners": rows[1:]}, base=2)
    assert [p.uscc for p in submission.partners.all()] == [rows[1]["uscc"]]


# --- submission -------------------------------------------------------------------------------


def test_submission_gets_number_time_and_hash():
    authority = make_authority("320000")
    recommender = make_member(Role.RECOMMENDER, authority)
    submission, by = make_ready()
    before = clock.now()
    done = submit(submission, by=by)
    fresh = Submission.objects.get()
    assert fresh.state == SubmissionState.SUBMITTED
    assert fresh.number == f"AP-{submission.round.year}-0001"
    assert before <= fresh.submitted_at <= clock.now()
    assert fresh.content_hash == fingerprint(fresh) == done.content_hash
    assert fresh.authority == authority
    event = AuditEvent.objects.get(action="submission.submitted")
    assert event.facts == {"number": fresh.number, "sha256": fresh.content_hash}
    assert audit.verify(event.chain) is None
    told = dict(Notification.objects.values_list("recipient", "kind"))
    assert told == {by.pk: "submission.submitted", recommender.pk: "submission.received"}
    assert Mail.objects.count() == 2


def test_submission_is_idempotent():
    submission, by = make_ready()
    first, second = submit(submission, by=by), submit(submission, by=by)
    assert (first.number, first.submitted_at) == (second.number, second.submitted_at)
    assert AuditEvent.objects.filter(action="submission.submitted").count() == 1


def test_numbers_run_without_gap_over_the_rounds_of_a_year():
    numbers = []
    rounds = [make_round(year=2026), make_round(year=2026), make_round(year=2027)]
    for index in (0, 1, 0, 2):
        submission, by = make_ready(round=rounds[index])
        incomplete = make_submission(round=rounds[index], applicant=submission.applicant)
        with pytest.raises(ValidationError), transaction.atomic():
            submit(incomplete, by=by)
        numbers.append(submit(submission, by=by).number)
    assert numbers == ["AP-2026-0001", "AP-2026-0002", "AP-2026-0003", "AP-2027-0001"]


def test_failed_audit_leaves_nothing(monkeypatch):
    submission, by = make_ready()

    def broken(*args, **kwargs):
        raise RuntimeError("the record cannot be written")

    monkeypatch.setattr(recording, "digest", broken)
    with pytest.raises(RuntimeError), transaction.atomic():
        submit(submission, by=by)
    fresh = Submission.objects.get()
    assert (fresh.state, fresh.number, fresh.submitted_at) == ("draft", None, None)
    assert Notification.objects.count() == 0


@pytest.mark.parametrize(("seconds", "is_late"), [(-1, False), (0, True), (1, True)])
def test_submission_closes_on_the_second(seconds, is_late):
    submission, by = make_ready()
    closes = submission.round.stage("apply").closes_at
    with clock.at(closes + timedelta(seconds=seconds)):
        if is_late:
            with pytest.raises(Denied) as caught:
                submit(submission, by=by)
            assert caught.value.code == "applying.late"
        else:
            assert submit(submission, by=by).state == "submitted"


def test_late_draft_can_still_be_saved():
    submission, by = make_ready()
    with clock.at(submission.round.stage("apply").closes_at):
        assert save_section(submission, "plan", by=by, data={"tx.plan": "晚"}, base=1).revision == 2


def test_submission_names_every_fault():
    organisation = make_organisation()
    data = complete_data(organisation, **{"pj.title": "", "tx.plan": "长" * 1001, "pl.ip": False})
    submission = make_submission(applicant=organisation, data=data)
    by = make_member(Role.APPLICANT, organisation)
    assert sorted(reasons_of(submission, by)) == ["F10", "pj.title", "pl.ip", "tx.plan"]


def test_submission_refuses_another_organisations_code():
    organisation = make_organisation()
    data = complete_data(organisation, **{"org.uscc": make_uscc()})
    submission, by = make_ready(applicant=organisation, data=data)
    assert sorted(reasons_of(submission, by)) == ["F3", "org.uscc"]


def test_submission_refuses_itself_as_partner():
    organisation = make_organisation()
    row = {"uscc": organisation.uscc, "name": organisation.name, "role": "全部"}
    data = complete_data(organisation, partners=[row])
    submission, by = make_ready(applicant=organisation, data=data)
    assert sorted(reasons_of(submission, by)) == ["F10", "partners"]


def test_submission_refuses_what_is_not_in_operation():
    organisation = make_organisation()
    today = clock.today().isoformat()
    data = complete_data(organisation, **{"pj.online": today, "pj.accept": today})
    submission, by = make_ready(applicant=organisation, data=data)
    assert sorted(reasons_of(submission, by)) == ["F7"]


def test_submission_refuses_the_third_project_of_an_entity():
    round, busy = make_round(), make_organisation()
    make_submission(round, busy, SubmissionState.ACCEPTED)
    row = {"uscc": busy.uscc, "name": busy.name, "role": "部署"}
    lead = make_organisation()
    make_submission(round, lead, SubmissionState.SUBMITTED, complete_data(lead, partners=[row]))
    submission, by = make_ready(round=round, applicant=busy)
    assert sorted(reasons_of(submission, by)) == ["F4"]


@pytest.mark.parametrize("state", SubmissionState.values)
def test_only_live_applications_that_were_handed_in_count(state):
    round, organisation = make_round(), make_organisation()
    make_submission(round, organisation, state)
    mine = make_submission(round, organisation)
    dead = {"draft", "withdrawn", "not_recommended", "failed_check", "not_selected", "revoked"}
    expected = {} if state in dead else {organisation.uscc: 1}
    assert other_projects(mine, [organisation.uscc]) == expected


def test_withdrawing_frees_the_place():
    round, organisation = make_round(), make_organisation()
    by = make_member(Role.APPLICANT, organisation)
    made = [make_submission(round, organisation, attachments=True) for _ in range(3)]
    submit(made[0], by=by)
    submit(made[1], by=by)
    assert sorted(reasons_of(made[2], by)) == ["F4"]
    withdraw(made[0], by=by)
    assert submit(made[2], by=by).state == "submitted"


@pytest.mark.parametrize(
    ("direction", "state", "days", "is_running"),
    [
        ("control", "listed", 0, True),
        ("data", "listed", 0, False),
        ("control", "revoked", 0, False),
        ("control", "listed", 731, False),
    ],
)
def test_running_award_of_the_same_kind_is_found(direction, state, days, is_running):
    organisation = make_organisation()
    old = make_submission(
        make_round(RoundState.ANNOUNCED),
        organisation,
        state,
        complete_data(organisation, **{"pj.direction": direction}),
    )
    make_demonstration(old)
    new = make_submission(applicant=organisation)
    with clock.at(clock.now() + timedelta(days=days)):
        found = eligibility_facts(new).awards
    assert found == ([organisation.uscc] if is_running else [])


# --- content hash -----------------------------------------------------------------------------


def test_hash_changes_with_any_change():
    data = complete_data()
    files = [("A1", "0" * 64), ("A2", "1" * 64)]
    base = content_hash(form=1, data=data, files=files)
    changed = {content_hash(form=1, data=data | {key: "other"}, files=files) for key in data}
    changed |= {
        content_hash(form=2, data=data, files=files),
        content_hash(form=1, data=data, files=files[:1]),
        content_hash(form=1, data=data, files=[("A3", "0" * 64), files[1]]),
        content_hash(form=1, data=data, files=[("A1", "2" * 64), files[1]]),
    }
    assert len(changed) == len(data) + 4
    assert base not in changed
    assert base == content_hash(form=1, data=data, files=files[::-1])


@given(
    st.dictionaries(st.text(max_size=5), st.text(max_size=8), max_size=4),
    st.dictionaries(st.text(max_size=5), st.text(max_size=8), max_size=4),
)
def test_hash_tells_any_two_contents_apart(one, other):
    same = content_hash(form=1, data=one, files=[]) == content_hash(form=1, data=other, files=[])
    assert same == (one == other)


# --- correction and withdrawal ----------------------------------------------------------------


def make_returned(**facts):
    until = clock.now() + timedelta(days=3)
    submission, by = make_ready(
        round=make_round(RoundState.CHECKING), state="correction", correct_until=until, **facts
    )
    make_formal_check(submission)
    return submission, by


def test_correction_is_handed_in_with_a_new_hash():
    submission, by = make_returned()
    officer = make_secretariat()
    save_section(submission, "plan", by=by, data={"tx.plan": "改过的计划"}, base=1)
    done = resubmit(submission, by=by)
    assert (done.state, done.number) == ("recommended", submission.number)
    assert done.submitted_at == submission.submitted_at
    assert done.content_hash != submission.content_hash
    assert done.formal_check.resubmitted_at is not None
    event = AuditEvent.objects.get(action="submission.corrected")
    assert event.facts["sha256_before"] == submission.content_hash
    assert officer.pk in Notification.objects.values_list("recipient", flat=True)


def test_correction_closes_on_time():
    submission, by = make_returned()
    with clock.at(submission.correct_until):
        for verb in (
            lambda: resubmit(submission, by=by),
            lambda: save_section(submission, "plan", by=by, data={"tx.plan": "晚"}, base=1),
        ):
            with pytest.raises(Denied) as caught:
                verb()
            assert caught.value.code == "applying.correction_late"


def test_correction_must_be_complete():
    submission, by = make_returned()
    save_section(submission, "plan", by=by, data={"tx.plan": ""}, base=1)
    with pytest.raises(ValidationError) as caught:
        resubmit(submission, by=by)
    assert list(caught.value.message_dict) == ["tx.plan"]


def test_withdrawal_is_recorded_with_its_reason():
    recommender = make_member(Role.RECOMMENDER, make_authority("320000"))
    submission, by = make_ready()
    submit(submission, by=by)
    withdraw(submission, by=by, reason=" 项目调整 ")
    withdraw(submission, by=by)
    event = AuditEvent.objects.get(action="submission.withdrawn")
    assert event.facts == {"reason": "项目调整"}
    told = Notification.objects.filter(kind="submission.withdrawn")
    assert [one.recipient for one in told] == [recommender]


# --- who, and in which state ------------------------------------------------------------------

VERBS = {
    "edit": (rules.check_can_edit, EDITABLE),
    "submit": (rules.check_can_submit, SUBMISSION.arrows["submit"].sources),
    "resubmit": (rules.check_can_resubmit, SUBMISSION.arrows["resubmit"].sources),
    "withdraw": (rules.check_can_withdraw, SUBMISSION.arrows["withdraw"].sources),
}


@pytest.mark.parametrize("state", SubmissionState.values)
@pytest.mark.parametrize("verb", VERBS)
def test_verb_is_open_to_the_applicant_in_these_states_only(verb, state):
    submission = make_submission(state=state)
    own = make_member(Role.APPLICANT, submission.applicant)
    check, sources = VERBS[verb]
    assert rules.is_allowed(check, own, submission) == (state in sources)


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("role", Role.values)
def test_verb_is_closed_to_everybody_else(verb, role):
    check, sources = VERBS[verb]
    submission = make_submission(state=sorted(sources)[0])
    same_firm = make_member(role, submission.applicant)
    assert not rules.is_allowed(check, make_member(role), submission)
    assert rules.is_allowed(check, same_firm, submission) == (role == Role.APPLICANT)


def test_partner_sees_and_does_not_write():
    partner = make_organisation()
    lead = make_organisation()
    row = {"uscc": partner.uscc, "name": partner.name, "role": "部署"}
    submission = make_submission(applicant=lead, data=complete_data(lead, partners=[row]))
    person = make_member(Role.APPLICANT, partner)
    assert list(Submission.objects.visible_to(person)) == [submission]
    assert not rules.can_edit(person, submission)


def test_authority_is_the_one_that_covers_the_region():
    one, two = make_authority("320000", code="R1"), make_authority("320000", "110000", code="R2")
    make_authority("430000", is_active=False)
    assert (authority_for("320000"), authority_for("110000")) == (one, two)
    assert authority_for("430000") is None


# --- files ------------------------------------------------------------------------------------


def put(submission, by, code="A5", name="报告.pdf", content=PDF):
    upload = SimpleUploadedFile(name, content)
    return add_attachment(submission, code, by=by, upload=upload)


def test_file_is_kept_privately_with_its_digest():
    submission, by = make_ready(data={})
    added = put(submission, by, "A6", "C:\\公司\\专利.pdf")
    assert (added.file.name, added.file.content_type) == ("专利.pdf", "application/pdf")
    assert len(added.file.sha256) == 64
    event = AuditEvent.objects.get(action="submission.file_added")
    assert event.facts["sha256"] == added.file.sha256


def test_same_file_is_put_in_once():
    submission, by = make_ready()
    assert put(submission, by, "A6") == put(submission, by, "A6")
    assert submission.attachments.filter(code="A6").count() == 1


@pytest.mark.parametrize(
    ("code", "name", "content", "reason"),
    [
        ("A6", "表.docx", PDF, "type"),
        ("A6", "假.pdf", b"\x89PNG\r\n\x1a\n" + b"0" * 40, "content"),
        ("A6", "空.pdf", b"", "empty"),
        ("A6", "大.pdf", PDF + b"0" * (20 * 1024 * 1024), "size"),
        ("A10", "片.pdf", PDF, "type"),
        ("A1", "第二张.pdf", PDF + b"\n", "count"),
        ("A11", "推荐函.pdf", PDF, "code"),
    ],
)
def test_wrong_file_is_refused_and_leaves_nothing(code, name, content, reason):
    submission, by = make_ready()
    before = PrivateFile.objects.count()
    with pytest.raises(ValidationError) as caught, transaction.atomic():
        put(submission, by, code, name, content)
    assert caught.value.code == reason
    assert PrivateFile.objects.count() == before


def test_file_is_removed_only_while_editable():
    submission, by = make_ready()
    file = submission.attachments.get(code="A5")
    remove_attachment(file, by=by)
    assert AuditEvent.objects.filter(action="submission.file_removed").count() == 1
    handed_in, writer = make_ready(state="submitted")
    for attempt in (
        lambda: remove_attachment(handed_in.attachments.first(), by=writer),
        lambda: put(handed_in, writer, "A6"),
        lambda: put(submission, writer, "A6"),
    ):
        with pytest.raises(Denied):
            attempt()
