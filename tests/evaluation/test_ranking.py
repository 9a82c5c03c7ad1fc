import hashlib
import json
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from evaluation.calibration import Status
from evaluation.lifecycle import AssignmentState, BallotState, RankingState
from evaluation.models import Assignment, Ballot, Ranking, RankingRow
from evaluation.queries.blocking import missing_ballots
from evaluation.services import ranking as service
from evaluation.services.ranking import (
    freeze_ranking,
    record_talk,
    record_veto,
    record_vote,
    verify_ranking,
)
from portal.accounts.enums import Role
from portal.core import clock
from portal.core.denials import Denied
from portal.core.models import AuditEvent, Job
from showcase.lifecycle import RoundState
from tests.factories.accounts import make_member, make_secretariat
from tests.factories.evaluation import make_assignment, make_ballot
from tests.factories.rankings import (
    EVEN,
    STRONG,
    WEAK,
    entries_of,
    make_entry,
    make_judged_round,
    make_ranking,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both]
NOTE = "五位专家逐项比对，各自维持评分。"


def outcomes(ranking):
    rows = ranking.rows.order_by("submission__pk")
    return [(row.rank, row.score, row.reason) for row in rows]


def sha256(text):
    return hashlib.sha256(text.encode()).hexdigest()


def test_freezing_stores_inputs_and_results_with_their_digests():
    ranking = make_ranking(make_judged_round(STRONG, EVEN, WEAK))
    assert ranking.inputs_digest == sha256(ranking.inputs)
    assert ranking.results_digest == sha256(ranking.results)
    assert json.loads(ranking.results)["inputs_digest"] == ranking.inputs_digest
    assert [rank for rank, _score, _reason in outcomes(ranking)] == [1, 2, 3]
    assert [reason for *_figures, reason in outcomes(ranking)] == [
        "proposed",
        "not_selected",
        "below_pass",
    ]


def test_freezing_moves_the_round_and_records_both_digests():
    round, clerk = make_judged_round(), make_secretariat()
    ranking = freeze_ranking(round, by=clerk)
    event = AuditEvent.objects.get(action="ranking.frozen")
    assert (round.state, ranking.frozen_by) == (RoundState.RANKING, clerk)
    assert (event.facts["inputs"], event.facts["results"]) == (
        ranking.inputs_digest,
        ranking.results_digest,
    )


def test_a_second_snapshot_supersedes_the_first():
    round = make_judged_round()
    first = make_ranking(round)
    second = make_ranking(round)
    first.refresh_from_db()
    assert (first.state, second.state) == (RankingState.SUPERSEDED, RankingState.FROZEN)
    assert (second.number, second.results_digest) == (2, first.results_digest)


def test_freezing_waits_for_ballots_while_the_review_is_open():
    round = make_judged_round()
    make_assignment(entries_of(round)[0])
    with pytest.raises(Denied) as denied:
        freeze_ranking(round, by=make_secretariat())
    assert denied.value.code == "ranking.ballots_missing"
    assert "示例项目0 (1)" in str(denied.value)
    assert Ranking.objects.count() == 0


def test_after_the_deadline_unsigned_ballots_do_not_count():
    round = make_judged_round(STRONG, EVEN)
    thin = make_entry(round, 2)
    for _ in range(2):
        make_ballot(make_assignment(thin))
    make_assignment(thin)
    with clock.at(round.stage("review").closes_at):
        ranking = make_ranking(round)
    assert outcomes(ranking)[2] == (None, None, "invalid")
    assert AuditEvent.objects.get(action="ranking.frozen").facts["missing"] == {thin.public_id: 1}


def test_after_the_deadline_a_sheet_given_back_is_still_waited_for():
    round = make_judged_round()
    ballot = Ballot.objects.first()
    Ballot.objects.filter(pk=ballot.pk).update(
        state=BallotState.DRAFT, signed_at=None, reopened_at=clock.now()
    )
    with clock.at(round.stage("review").closes_at), pytest.raises(Denied) as denied:
        freeze_ranking(round, by=make_secretariat())
    assert denied.value.code == "ranking.ballots_missing"
    assert [entry.number for entry in missing_ballots(round, only_reopened=True)] == [1]


@pytest.mark.parametrize("state", [AssignmentState.RECUSED, AssignmentState.REMOVED])
def test_ballots_of_recused_and_removed_experts_are_left_out(state):
    round = make_judged_round(["0.80"] * 5 + ["0.60"])
    Assignment.objects.filter(ballot__total__lt=70).update(state=state)
    ranking = make_ranking(round)
    expected = make_ranking(make_judged_round(["0.80"] * 5))
    assert outcomes(ranking) == outcomes(expected)


def test_an_upheld_veto_takes_an_entry_off_the_ranking_and_out_of_the_estimate():
    round = make_judged_round(STRONG, EVEN, EVEN)
    vetoed = entries_of(round)[0]
    record_veto(vetoed, is_upheld=True, note=NOTE, by=make_secretariat())
    ranking = make_ranking(round)
    assert outcomes(ranking)[0][::2] == (None, "vetoed")
    assert vetoed.public_id not in {row["entry"] for row in ranking.estimate["entries"]}


def test_a_recorded_vote_decides_between_tied_entries():
    round, clerk = make_judged_round(EVEN, EVEN), make_secretariat()
    tied = make_ranking(round)
    first, second = entries_of(round)
    record_vote(first, place=2, votes_for=4, votes_cast=5, note=NOTE, by=clerk)
    record_vote(second, place=1, votes_for=4, votes_cast=5, note=NOTE, by=clerk)
    voted = make_ranking(round)
    assert [reason for *_f, reason in outcomes(tied)] == ["tied_at_cut", "tied_at_cut"]
    assert [(rank, reason) for rank, _s, reason in outcomes(voted)] == [
        (2, "not_selected"),
        (1, "proposed"),
    ]


@pytest.mark.parametrize(("votes", "passes"), [((2, 3), True), ((3, 5), False), ((6, 5), False)])
def test_a_vote_needs_two_thirds_of_the_votes_cast(votes, passes):
    entry = entries_of(make_judged_round())[0]
    facts = {"place": 1, "votes_for": votes[0], "votes_cast": votes[1], "note": NOTE}
    if passes:
        assert record_vote(entry, by=make_secretariat(), **facts).place == 1
    else:
        with pytest.raises(Denied):
            record_vote(entry, by=make_secretariat(), **facts)


def test_the_estimate_is_reproduced_from_the_inputs_digest():
    ranking = make_ranking(make_judged_round(STRONG, EVEN, WEAK))
    before = ranking.estimate
    service.store_estimate(Ranking.objects.get(pk=ranking.pk))
    ranking.refresh_from_db()
    assert ranking.seed == int(ranking.inputs_digest[:7], 16)
    assert json.loads(json.dumps(before)) == ranking.estimate
    assert before["status"] in {Status.SHOWN, Status.REFUSED}


@pytest.mark.django_db(transaction=True)
def test_the_estimate_of_a_large_round_is_made_by_a_job(monkeypatch):
    monkeypatch.setattr(service, "ESTIMATE_AT_ONCE", 0)
    ranking = make_ranking()
    job = Job.objects.get(kind=service.ESTIMATE_JOB)
    ranking.refresh_from_db()
    assert (job.state, job.result) == (Job.State.DONE, {"status": ranking.estimate["status"]})


def test_a_ranking_recomputed_from_the_ballots_is_the_same_byte_for_byte():
    ranking = make_ranking(make_judged_round(STRONG, EVEN, WEAK))
    assert verify_ranking(Ranking.objects.get(pk=ranking.pk)) == []


def test_a_ballot_changed_behind_the_services_is_found():
    ranking = make_ranking()
    ballot = Ballot.objects.order_by("pk").first()
    expert = ballot.assignment.expert.public_id
    Ballot.objects.filter(pk=ballot.pk).update(scores=ballot.scores | {"C1a": "1"})
    assert verify_ranking(ranking) == [
        f"{ranking}: a ballot of expert {expert} has a total that is not its points' sum",
        f"{ranking}: the rule applied to the ballots gives other results",
        f"{ranking}: entry {ballot.assignment.submission.public_id}: "
        f"the ballot of expert {expert} changed",
    ]


def test_a_ballot_that_was_removed_is_found():
    ranking = make_ranking()
    gone = Assignment.objects.first()
    Assignment.objects.filter(pk=gone.pk).update(state=AssignmentState.REMOVED)
    assert verify_ranking(ranking)[-1].endswith(
        f"the ballot of expert {gone.expert.public_id} changed"
    )


def test_changed_results_are_found():
    ranking = make_ranking()
    ranking.results = ranking.results.replace('"rank":1', '"rank":9')
    assert len(verify_ranking(ranking)) == 4


def test_a_changed_row_is_found():
    ranking = make_ranking()
    RankingRow.objects.filter(ranking=ranking, rank=1).update(score=Decimal("99.00"))
    assert verify_ranking(ranking) == [f"{ranking}: the rows shown differ from the results"]


def test_a_superseded_ranking_is_proved_from_its_own_inputs_alone():
    round = make_judged_round()
    first = make_ranking(round)
    make_ranking(round)
    Ballot.objects.update(scores=Ballot.objects.first().scores | {"C1a": "1"})
    first.refresh_from_db()
    assert verify_ranking(first) == []


def test_verify_rankings_says_that_all_hold_or_names_the_fault():
    make_ranking()
    out = StringIO()
    call_command("verify_rankings", stdout=out)
    assert out.getvalue() == "All 1 rankings hold, byte for byte.\n"
    RankingRow.objects.filter(rank=1).update(rank=5)
    with pytest.raises(CommandError, match="rows shown differ"):
        call_command("verify_rankings", stdout=StringIO())


@pytest.mark.parametrize("role", [role for role in Role if role != Role.SECRETARIAT])
def test_nobody_but_the_secretariat_freezes_or_records(role):
    round, person = make_judged_round(), make_member(role)
    with pytest.raises(Denied) as frozen:
        freeze_ranking(round, by=person)
    with pytest.raises(Denied) as talked:
        record_talk(entries_of(round)[0], note=NOTE, by=person)
    assert (frozen.value.code, talked.value.code) == ("ranking.role", "ranking.role")


@pytest.mark.parametrize(
    "state", [s for s in RoundState if s not in {RoundState.REVIEWING, RoundState.RANKING}]
)
def test_rankings_are_frozen_and_talks_recorded_only_during_review_and_ranking(state):
    round = make_judged_round()
    round.state = state
    round.save()
    with pytest.raises(Denied) as frozen:
        freeze_ranking(round, by=make_secretariat())
    with pytest.raises(Denied) as talked:
        record_talk(entries_of(round)[0], note=NOTE, by=make_secretariat())
    assert (frozen.value.code, talked.value.code) == ("ranking.state", "talk.state")


def test_freezing_rolls_back_when_the_record_cannot_be_written(monkeypatch):
    round = make_judged_round()

    def broken(**facts):
        raise OSError("the record is gone")

    monkeypatch.setattr("portal.core.audit.record", broken)
    with pytest.raises(OSError, match="the record is gone"):
        freeze_ranking(round, by=make_secretariat())
    monkeypatch.undo()
    assert Ranking.objects.count() == 0
