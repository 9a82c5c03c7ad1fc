from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from portal.accounts.enums import Role
from portal.accounts.models import Membership
from portal.core import clock
from portal.core.calendar import add_working_days
from portal.core.denials import Denied
from portal.core.models import AuditEvent, Notification
from showcase.checklist import BY_CODE, CODES, ITEMS
from showcase.lifecycle import RoundState, SubmissionState
from showcase.models import CheckItem, FormalCheck, Submission
from showcase.queries.checks import corrected_fields, finding_of, items_of
from showcase.services import checking
from showcase.services.applying import resubmit, save_section
from showcase.services.checking import MarkOf
from showcase.similarity import Corpus, fingerprints
from tests.factories.accounts import make_member, make_organisation, make_secretariat
from tests.factories.showcase import (
    complete_data,
    make_attachment,
    make_authority,
    make_formal_check,
    make_recommendation,
    make_round,
    make_submission,
)

pytestmark = pytest.mark.django_db
Result = CheckItem.Result
MANUAL = ("F10", "F11", "F12", "F13", "F15")
LONG = "炼化装置安全仪表系统在线核对组态与离线备份，差异逐条登记后由两人签字放行。" * 12


@pytest.fixture
def office():
    return make_secretariat()


@pytest.fixture
def round():
    return make_round(RoundState.CHECKING)


def recommended(round, **facts):
    """A complete entry recommended within a quota, with all required files."""
    submission = make_submission(
        round, state=SubmissionState.RECOMMENDED, attachments=True, **facts
    )
    submission.submitted_at = round.stage("apply").closes_at - timedelta(hours=1)
    submission.save(update_fields=["submitted_at"])
    make_recommendation(submission, authority=make_authority("320000"))
    return submission


def results(check):
    return {item.code: item.result for item in items_of(check)}


def mark(submission, office, **marks):
    """Mark items by code: F11="pass", or a (result, note) pair."""
    given = {
        code: MarkOf(*said) if isinstance(said, tuple) else MarkOf(said)
        for code, said in marks.items()
    }
    return checking.mark_items(submission, given, by=office)


def state_of(submission):
    return Submission.objects.get(pk=submission.pk).state


# --- the list of items --------------------------------------------------------------------------


def test_checklist_has_fifteen_items_said_in_both_languages():
    assert tuple(f"F{number}" for number in range(1, 16)) == CODES
    assert all(one.zh and one.en and one.look_zh and one.look_en for one in ITEMS)
    assert [one.code for one in ITEMS if not one.is_automatic] == [*MANUAL]
    assert {one.when_unmet for one in ITEMS} == {"correct", "fail"}


def test_opening_finds_the_automatic_items_and_leaves_the_rest(round, office):
    check = checking.open_check(recommended(round), by=office)
    expected = {code: Result.OPEN if code in MANUAL else Result.PASS for code in CODES}
    assert results(check) == expected


def test_opening_twice_gives_the_same_check(round, office):
    submission = recommended(round)
    first = checking.open_check(submission, by=office)
    assert checking.open_check(submission, by=office) == first
    assert AuditEvent.objects.filter(action="check.opened").count() == 1


def test_missing_attachment_is_to_be_corrected_and_kept_as_evidence(round, office):
    submission = recommended(round)
    submission.attachments.filter(code="A5").delete()
    item = checking.open_check(submission, by=office).items.get(code="F10")
    assert (item.result, finding_of(item).figures["missing"]) == (Result.CORRECT, ["A5"])


def test_late_submission_fails_its_item(round, office):
    submission = recommended(round)
    submission.submitted_at = round.stage("apply").closes_at
    submission.save(update_fields=["submitted_at"])
    item = checking.open_check(submission, by=office).items.get(code="F1")
    assert (item.result, finding_of(item).figures["at"]) == (Result.FAIL, submission.submitted_at)


def test_near_duplicate_is_a_hint_with_title_and_share(round, office):
    text = {"tx_arch": LONG, "tx_tech": "", "tx_impl": ""}
    other = recommended(round, data=complete_data(pj_title="另一个项目", **text))
    submission = recommended(round, data=complete_data(**text))
    item = checking.open_check(submission, by=office).items.get(code="F14")
    assert (item.result, item.evidence["title"], item.evidence["public_id"]) == (
        Result.HINT,
        "另一个项目",
        other.public_id,
    )
    assert item.evidence["percent"] == 100


def test_similarity_is_the_share_found_in_the_other():
    other = "".join(chr(0x4E00 + number) for number in range(400))
    half = other[:200] + "".join(chr(0x6E00 + number) for number in range(200))
    found = Corpus({"a": half, "b": other}).most_like("a", half)
    assert (found.key, 40 <= found.percent <= 60) == ("b", True)
    assert Corpus({"a": half}).most_like("a", half) is None
    assert fingerprints("短") == frozenset()


# --- starting and ending the stage --------------------------------------------------------------


def test_start_checks_ends_recommendation_and_opens_every_check(office):
    round = make_round(RoundState.RECOMMENDING)
    entry, left = recommended(round), make_submission(round, state=SubmissionState.SUBMITTED)
    checking.start_checks(round, by=office)
    assert [check.submission for check in FormalCheck.objects.all()] == [entry]
    assert (state_of(left), round.state) == (SubmissionState.NOT_RECOMMENDED, RoundState.CHECKING)


def test_finish_checks_waits_for_the_last_decision(round, office):
    submission = recommended(round)
    with pytest.raises(Denied) as refusal:
        checking.finish_checks(round, by=office)
    assert refusal.value.code == "check.undecided"
    Submission.objects.filter(pk=submission.pk).update(state=SubmissionState.ACCEPTED)
    checking.finish_checks(round, by=office)
    assert round.state == RoundState.REVIEWING


# --- who and when ---------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.APPLICANT, Role.RECOMMENDER, Role.OBSERVER, Role.EXPERT])
def test_only_the_secretariat_marks(round, role):
    submission = recommended(round)
    make_formal_check(submission)
    with pytest.raises(Denied) as refusal:
        mark(submission, make_member(role), F11="pass")
    assert refusal.value.code == "check.role"


@pytest.mark.parametrize("party", ["applicant", "partner"])
def test_nobody_checks_an_entry_of_their_own_organisation(round, office, party):
    partner = make_organisation()
    rows = [{"uscc": partner.uscc, "name": partner.name, "role": "建设"}]
    submission = recommended(round, data=complete_data(partners=rows))
    make_formal_check(submission)
    own = submission.applicant if party == "applicant" else partner
    Membership.objects.create(user=office, organisation=own, role=Role.APPLICANT)
    with pytest.raises(Denied) as refusal:
        mark(submission, office, F11="pass")
    assert refusal.value.code == "recommendation.party"


@pytest.mark.parametrize("state", sorted(SubmissionState))
def test_marking_depends_on_the_entrys_state(round, office, state):
    submission = make_submission(round, state=state)
    make_formal_check(submission)
    allowed = {SubmissionState.RECOMMENDED, SubmissionState.CORRECTION}
    if state in allowed:
        assert mark(submission, office, F11="pass").submission == submission
        return
    with pytest.raises(Denied) as refusal:
        mark(submission, office, F11="pass")
    assert refusal.value.code == "check.state"


@pytest.mark.parametrize("state", sorted(set(RoundState) - {RoundState.CHECKING}))
def test_marking_depends_on_the_rounds_state(office, state):
    submission = make_submission(make_round(state), state=SubmissionState.RECOMMENDED)
    make_formal_check(submission)
    with pytest.raises(Denied) as refusal:
        mark(submission, office, F11="pass")
    assert refusal.value.code == "check.round"


# --- marking --------------------------------------------------------------------------------------


def test_marks_are_kept_with_who_and_when_and_recorded_once(round, office):
    submission = recommended(round)
    checking.open_check(submission, by=office)
    for _ in range(2):
        check = mark(submission, office, F11="pass", F12=("correct", "删去身份证号"))
    item = check.items.get(code="F12")
    assert (item.result, item.note, item.checked_by) == (Result.CORRECT, "删去身份证号", office)
    events = AuditEvent.objects.filter(action="check.marked")
    assert [event.facts for event in events] == [
        {"F11": ["open", "pass"], "F12": ["open", "correct"]}
    ]


@pytest.mark.parametrize(
    "said", [("correct", ""), ("fail", ""), ("other", "x"), ("pass", "长" * 301)]
)
def test_mark_that_cannot_stand_is_named(round, office, said):
    submission = recommended(round)
    checking.open_check(submission, by=office)
    with pytest.raises(ValidationError) as refused:
        mark(submission, office, F11=said)
    assert list(refused.value.message_dict) == ["F11"]


def test_departing_from_the_system_needs_a_note(round, office):
    submission = recommended(round)
    submission.submitted_at = round.stage("apply").closes_at
    submission.save(update_fields=["submitted_at"])
    checking.open_check(submission, by=office)
    with pytest.raises(ValidationError):
        mark(submission, office, F1="pass")
    check = mark(submission, office, F1=("pass", "系统故障，已登记延时"))
    assert check.items.get(code="F1").result == Result.PASS


# --- deciding -------------------------------------------------------------------------------------


def test_entry_with_all_items_passed_is_accepted(round, office):
    submission = recommended(round)
    applicant = make_member(Role.APPLICANT, submission.applicant)
    checking.open_check(submission, by=office)
    mark(submission, office, **dict.fromkeys(MANUAL, "pass"))
    checking.accept(submission, by=office)
    check = FormalCheck.objects.get()
    assert (state_of(submission), check.decided_by) == (SubmissionState.ACCEPTED, office)
    assert Notification.objects.get(recipient=applicant).kind == "submission.accepted"


def test_open_items_hold_acceptance_up(round, office):
    submission = recommended(round)
    checking.open_check(submission, by=office)
    with pytest.raises(Denied) as refusal:
        checking.accept(submission, by=office)
    assert refusal.value.code == "check.items_open"
    assert "F10, F11, F12, F13, F15" in str(refusal.value)


def test_return_gives_working_days_and_lists_what_to_correct(round, office):
    submission = recommended(round)
    applicant = make_member(Role.APPLICANT, submission.applicant)
    checking.open_check(submission, by=office)
    mark(submission, office, F11=("correct", "A2 未盖章"))
    checking.return_for_correction(submission, by=office)
    submission.refresh_from_db()
    until = timezone.localtime(submission.correct_until)
    assert (until.date(), until.hour) == (add_working_days(clock.today(), 5), 17)
    assert submission.state == SubmissionState.CORRECTION
    assert "A2 未盖章" in Notification.objects.get(recipient=applicant).body


def test_nothing_to_correct_is_not_returned(round, office):
    submission = recommended(round)
    checking.open_check(submission, by=office)
    with pytest.raises(Denied) as refusal:
        checking.return_for_correction(submission, by=office)
    assert refusal.value.code == "check.nothing_to_correct"


def returned(round, office):
    """An entry returned because of F11, and a person of its applicant."""
    submission = recommended(round)
    applicant = make_member(Role.APPLICANT, submission.applicant)
    checking.open_check(submission, by=office)
    mark(submission, office, F10="pass", F11=("correct", "A2 未盖章"))
    checking.return_for_correction(submission, by=office)
    submission.refresh_from_db()
    return submission, applicant


def test_while_the_applicant_corrects_the_office_waits(round, office):
    submission, _applicant = returned(round, office)
    with pytest.raises(Denied) as refusal:
        mark(submission, office, F11="pass")
    assert refusal.value.code == "check.with_applicant"
    with clock.at(submission.correct_until):
        checking.fail(submission, by=office)
    assert state_of(submission) == SubmissionState.FAILED_CHECK


def test_correction_comes_back_with_open_items_and_its_changes(round, office):
    submission, applicant = returned(round, office)
    save_section(
        submission, "plan", by=applicant, data={"tx.plan": "改过的计划。"},
        base=submission.revision,
    )  # fmt: skip
    make_attachment(submission, "A2")
    resubmit(submission, by=applicant)
    check = FormalCheck.objects.select_related("submission__round__form").get()
    assert (results(check)["F10"], results(check)["F11"]) == (Result.PASS, Result.OPEN)
    assert check.resubmitted_at is not None
    assert [change.field["key"] for change in corrected_fields(check)] == ["tx.plan"]


def test_corrected_entry_is_not_returned_again(round, office):
    submission, applicant = returned(round, office)
    resubmit(submission, by=applicant)
    mark(submission, office, F11=("correct", "仍未盖章"))
    with pytest.raises(Denied) as refusal:
        checking.return_for_correction(submission, by=office)
    assert refusal.value.code == "check.returned_before"
    checking.fail(submission, by=office)
    assert state_of(submission) == SubmissionState.FAILED_CHECK


def test_entry_does_not_fail_without_a_failed_item(round, office):
    submission = recommended(round)
    checking.open_check(submission, by=office)
    with pytest.raises(Denied) as refusal:
        checking.fail(submission, by=office)
    assert refusal.value.code == "check.nothing_failed"


def test_failed_entry_tells_its_reasons(round, office):
    submission = recommended(round)
    applicant = make_member(Role.APPLICANT, submission.applicant)
    checking.open_check(submission, by=office)
    mark(submission, office, F15=("fail", "列入严重失信名单"))
    checking.fail(submission, by=office)
    body = Notification.objects.get(recipient=applicant).body
    assert (BY_CODE["F15"].zh in body, "列入严重失信名单" in body) == (True, True)


def test_what_the_system_found_needs_no_note_to_be_returned(round, office):
    submission = recommended(round)
    submission.attachments.filter(code="A5").delete()
    applicant = make_member(Role.APPLICANT, submission.applicant)
    checking.open_check(submission, by=office)
    checking.return_for_correction(submission, by=office)
    assert "A5" in Notification.objects.get(recipient=applicant).body


def test_edits_that_were_never_handed_in_again_are_not_accepted(round, office):
    submission, applicant = returned(round, office)
    save_section(
        submission,
        "plan",
        by=applicant,
        data={"tx.plan": "改过，但没有重新提交。"},
        base=submission.revision,
    )
    submission.refresh_from_db()
    with clock.at(submission.correct_until + timedelta(minutes=1)):
        mark(submission, office, **dict.fromkeys(open_codes(submission), Result.PASS))
        with pytest.raises(Denied) as refusal:
            checking.accept(submission, by=office)
    assert refusal.value.code == "check.not_handed_in"


def open_codes(submission):
    items = submission.formal_check.items.exclude(result__in=(Result.PASS, Result.HINT))
    return list(items.values_list("code", flat=True))
