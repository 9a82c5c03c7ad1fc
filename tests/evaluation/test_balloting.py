"""Score sheets: drafts with versions, two windows, signing, reopening."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evaluation.criteria import DEFAULT_CRITERIA
from evaluation.lifecycle import AssignmentState, BallotState
from evaluation.models import Ballot, BallotVersion
from evaluation.queries.ballots import content_digest, gaps_of, points_of, total_of
from evaluation.services.balloting import (
    SheetContent,
    StaleSheet,
    reopen_ballot,
    save_ballot,
    sign_ballot,
)
from evaluation.services.conflicting import decide_conflict, declare_conflict
from portal.core import clock, invariants
from portal.core.denials import Denied
from portal.core.models import AuditEvent
from showcase.lifecycle import RoundState, SubmissionState
from showcase.models import Stage
from tests.factories.accounts import make_member, make_secretariat
from tests.factories.evaluation import (
    COMMENT,
    make_assignment,
    make_ballot,
    make_expert,
    make_panel,
    scores_at,
)
from tests.factories.showcase import make_round, make_submission

pytestmark = pytest.mark.django_db


@pytest.fixture
def seat():
    return make_assignment()


def complete(**items: str) -> SheetContent:
    """A sheet at 80 % with the comments its points need."""
    return SheetContent(scores_at("0.8", **items), dict.fromkeys(items, COMMENT))


def save(seat, content=None, revision=0):
    return save_ballot(
        seat, content=content or complete(), base_revision=revision, by=seat.expert.user
    )


def sign(seat, revision=1):
    return sign_ballot(seat, revision=revision, by=seat.expert.user)


def test_save_ballot_keeps_every_version(seat):
    save(seat, SheetContent({"C1a": "9"}))
    ballot = save(seat, SheetContent({"C1a": "9.5"}, {"C1a": "尚可"}), revision=1)
    kept = list(BallotVersion.objects.order_by("number").values_list("number", "scores"))
    assert kept == [(1, {"C1a": "9"}), (2, {"C1a": "9.5"})]
    assert (ballot.revision, ballot.total) == (2, None)


def test_save_ballot_with_the_same_content_is_no_new_version(seat):
    save(seat)
    again = save(seat)
    assert (again.revision, BallotVersion.objects.count()) == (1, 1)


def test_save_ballot_from_an_older_revision_keeps_both_texts(seat):
    save(seat, SheetContent({"C1a": "9"}))
    save(seat, SheetContent({"C1a": "10"}), revision=1)
    with pytest.raises(StaleSheet) as stale:
        save(seat, SheetContent({"C1a": "3"}), revision=1)
    assert stale.value.ballot.scores == {"C1a": "10"}
    assert Ballot.objects.get().revision == 2


def test_save_ballot_totals_only_a_complete_sheet(seat):
    assert save(seat, complete()).total == Decimal("80")


@pytest.mark.parametrize(
    ("scores", "total"),
    [
        (scores_at("0.8"), Decimal("80.0")),
        (scores_at("1"), Decimal(100)),
        (scores_at("0"), Decimal(0)),
        (scores_at("0.8", C1a="15.5"), None),
        (scores_at("0.8", C1a="12.3"), None),
        (scores_at("0.8", C1a="NaN"), None),
        ({"C1a": "12"}, None),
        (scores_at("0.8") | {"X": "1"}, None),
    ],
    ids=["whole", "full", "zero", "too much", "off step", "no number", "missing", "unknown"],
)
def test_total_of_adds_a_possible_sheet_and_no_other(scores, total):
    assert total_of(DEFAULT_CRITERIA, scores) == total


def codes_of(content: SheetContent) -> list[tuple[str, str]]:
    ballot = Ballot(**content.as_dict())
    return [(gap.code, gap.item) for gap in gaps_of(DEFAULT_CRITERIA, ballot)]


@pytest.mark.parametrize(
    ("points", "needs"),
    [("8.5", True), ("9", False), ("13", False), ("13.5", True), ("15", True), ("0", True)],
)
def test_gaps_ask_for_a_comment_under_60_and_from_90_per_cent(points, needs):
    found = codes_of(SheetContent(scores_at("0.8", C1a=points)))
    assert found == ([("comment_short", "C1a")] if needs else [])


def test_gaps_count_characters_without_spaces():
    nineteen = " ".join("一二三四五六七八九十一二三四五六七八九")
    short = codes_of(SheetContent(scores_at("0.8", C1a="15"), {"C1a": nineteen}))
    enough = codes_of(SheetContent(scores_at("0.8", C1a="15"), {"C1a": nineteen + "十"}))
    assert (short, enough) == ([("comment_short", "C1a")], [])


def test_gaps_ask_for_the_reason_of_a_veto():
    flags = [{"code": "false_data", "reason": "不实"}]
    assert codes_of(SheetContent(scores_at("0.8"), {}, flags)) == [("veto_reason", "false_data")]


def test_sign_ballot_reckons_digests_and_records_without_points(seat):
    save(seat, complete(C1a="13.5"))
    ballot = sign(seat)
    ballot.refresh_from_db()
    assert (ballot.state, ballot.total) == (BallotState.SIGNED, Decimal("81.50"))
    assert ballot.content_hash == content_digest(ballot)
    event = AuditEvent.objects.get(action="ballot.signed")
    assert event.facts == {"revision": 1, "digest": ballot.content_hash}
    assert list(invariants.violations()) == []


def test_sign_ballot_twice_is_once(seat):
    save(seat)
    first = sign(seat)
    assert sign(seat).signed_at == first.signed_at
    assert AuditEvent.objects.filter(action="ballot.signed").count() == 1


def test_sign_ballot_that_changed_since_it_was_shown_is_refused(seat):
    save(seat)
    save(seat, complete(C1a="11"), revision=1)
    with pytest.raises(StaleSheet):
        sign(seat, revision=1)
    assert Ballot.objects.get().state == BallotState.DRAFT


def test_sign_ballot_with_gaps_is_refused(seat):
    save(seat, SheetContent({"C1a": "12"}))
    with pytest.raises(ValidationError):
        sign(seat)


def test_sign_ballot_after_the_deadline_is_refused_and_the_draft_kept(seat):
    save(seat)
    closes = seat.submission.round.stage(Stage.Kind.REVIEW).closes_at
    with clock.at(closes), pytest.raises(Denied) as refusal:
        sign(seat)
    assert refusal.value.code == "ballots.late"
    assert Ballot.objects.get().scores == scores_at("0.8")
    with clock.at(closes - timedelta(seconds=1)):
        assert sign(seat).state == BallotState.SIGNED


def test_sign_ballot_before_the_review_opens_is_refused(seat):
    save(seat)
    opens = seat.submission.round.stage(Stage.Kind.REVIEW).opens_at
    with clock.at(opens - timedelta(seconds=1)), pytest.raises(Denied) as refusal:
        sign(seat)
    assert refusal.value.code == "ballots.early"


def test_sign_ballot_waits_for_a_declared_doubt(seat):
    save(seat)
    fact = declare_conflict(
        expert=seat.expert, submission=seat.submission, kind="kin", note="远亲", by=seat.expert.user
    )
    with pytest.raises(Denied) as refusal:
        sign(seat)
    assert refusal.value.code == "ballots.doubt"
    decide_conflict(fact, upheld=False, reason="不构成回避。", by=make_secretariat())
    assert sign(seat).state == BallotState.SIGNED


def test_save_ballot_on_a_signed_sheet_is_refused(seat):
    save(seat)
    sign(seat)
    with pytest.raises(Denied) as refusal:
        save(seat, complete(C1a="10"), revision=1)
    assert refusal.value.code == "ballots.signed"


def test_save_ballot_before_declaring_is_refused():
    seat = make_assignment(declared=False)
    with pytest.raises(Denied) as refusal:
        save(seat)
    assert refusal.value.code == "ballots.undeclared"


@pytest.mark.parametrize("state", [s for s in AssignmentState if s != AssignmentState.ACTIVE])
def test_save_ballot_needs_an_active_seat(state):
    seat = make_assignment(state=state)
    with pytest.raises(Denied) as refusal:
        save(seat)
    assert refusal.value.code == "ballots.assignment"


@pytest.mark.parametrize("state", [s for s in RoundState if s != RoundState.REVIEWING])
def test_save_ballot_belongs_to_the_review(state):
    entry = make_submission(make_round(state), state=SubmissionState.ACCEPTED)
    with pytest.raises(Denied) as refusal:
        save(make_assignment(entry))
    assert refusal.value.code == "ballots.state"


@pytest.mark.parametrize(
    "role", ["applicant", "recommender", "secretariat", "observer", "editor", "expert", "chair"]
)
def test_save_ballot_is_the_assigned_experts_own(seat, role):
    with pytest.raises(Denied) as refusal:
        save_ballot(seat, content=complete(), base_revision=0, by=make_member(role))
    assert refusal.value.code == "ballots.role"
    assert Ballot.objects.count() == 0


@pytest.fixture
def chair(seat):
    chair = make_expert()
    make_panel(seat.submission.direction, chair)
    return chair


def test_reopen_ballot_gives_the_sheet_back_with_a_reason(seat, chair):
    save(seat)
    ballot = reopen_ballot(sign(seat), reason="C2 的评语与得分不符。", by=chair.user)
    ballot.refresh_from_db()
    assert (ballot.state, ballot.signed_at, ballot.content_hash) == (BallotState.DRAFT, None, "")
    assert AuditEvent.objects.get(action="ballot.reopened").facts["reason"] == ballot.reopen_reason


def test_reopened_ballot_is_signed_again_even_after_the_deadline(seat, chair):
    save(seat)
    reopen_ballot(sign(seat), reason="合议后重评。", by=chair.user)
    with clock.at(seat.submission.round.stage(Stage.Kind.REVIEW).closes_at + timedelta(days=1)):
        save(seat, complete(C1a="10"), revision=1)
        assert sign(seat, revision=2).state == BallotState.SIGNED
    assert BallotVersion.objects.count() == 2


def test_reopen_ballot_needs_a_reason(seat, chair):
    save(seat)
    with pytest.raises(ValidationError):
        reopen_ballot(sign(seat), reason=" ", by=chair.user)


@pytest.mark.parametrize("who", ["owner", "secretariat", "other chair", "applicant"])
def test_reopen_ballot_is_the_chairs(seat, chair, who):
    save(seat)
    ballot = sign(seat)
    other = make_expert()
    make_panel(seat.submission.round.directions.exclude(pk=seat.submission.direction_id)[0], other)
    user = {
        "owner": seat.expert.user,
        "secretariat": make_secretariat(),
        "other chair": other.user,
        "applicant": make_member("applicant"),
    }[who]
    with pytest.raises(Denied) as refusal:
        reopen_ballot(ballot, reason="重评。", by=user)
    assert refusal.value.code == "ballots.chair"


@pytest.mark.parametrize(
    ("state", "code"),
    [
        (RoundState.RANKING, None),
        (RoundState.PUBLICITY, "ballots.published"),
        (RoundState.ANNOUNCED, "ballots.published"),
    ],
)
def test_reopen_ballot_until_the_notice_is_out(seat, chair, state, code):
    save(seat)
    ballot = sign(seat)
    seat.submission.round.state = state
    seat.submission.round.save()
    if code is None:
        assert reopen_ballot(ballot, reason="重评。", by=chair.user).state == BallotState.DRAFT
        return
    with pytest.raises(Denied) as refusal:
        reopen_ballot(ballot, reason="重评。", by=chair.user)
    assert refusal.value.code == code


def test_signed_sheet_invariants_notice_a_changed_score():
    ballot = make_ballot()
    Ballot.objects.filter(pk=ballot.pk).update(scores=scores_at("0.7"), content_hash="0" * 64)
    assert [name for name, _ in invariants.violations()] == ["evaluation.signed_sheets"]


drafts = st.dictionaries(
    st.sampled_from([item.code for item in DEFAULT_CRITERIA.items()]),
    st.sampled_from(["", "0", "2.5", "4"]),
    max_size=4,
)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=st.lists(st.tuples(drafts, st.integers(0, 3)), max_size=6))
def test_saving_never_loses_a_version_nor_writes_from_a_stale_base(seat, steps):
    """Whatever two windows do: versions count 1..n, and a stale window never overwrites."""
    BallotVersion.objects.all().delete()
    Ballot.objects.all().delete()
    for scores, behind in steps:
        before = Ballot.objects.filter(assignment=seat).first()
        revision = before.revision if before else 0
        base = max(0, revision - behind)
        content = SheetContent(scores)
        same = before is not None and SheetContent.of(before).is_same(content)
        try:
            after = save_ballot(seat, content=content, base_revision=base, by=seat.expert.user)
        except StaleSheet:
            assert base != revision
            assert not same
            assert Ballot.objects.get().revision == revision
        else:
            assert same or base == revision
            assert after.revision == revision + (0 if same else 1)
            assert points_of(after.scores) == points_of(scores)
        kept = list(BallotVersion.objects.order_by("number").values_list("number", flat=True))
        stored = Ballot.objects.filter(assignment=seat).first()
        assert kept == list(range(1, (stored.revision if stored else 0) + 1))
