from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from evaluation.lifecycle import NoticeState, RankingState
from evaluation.models import Ballot, Objection, PublicNotice, Verdict
from evaluation.services.objecting import decide_objection, hold_entry, lodge_objection
from evaluation.services.publishing import announce, publish_notice
from evaluation.services.ranking import freeze_ranking, record_talk, record_veto, verify_ranking
from portal.accounts.enums import Role
from portal.accounts.models import Membership, User
from portal.core import clock
from portal.core.denials import Denied
from portal.core.models import AuditEvent, Notification, SpecialDay
from showcase.lifecycle import RoundState, SubmissionState
from showcase.models import Demonstration, ShowcasePage, SolutionPage
from tests.factories.accounts import make_member, make_organisation, make_secretariat
from tests.factories.evaluation import make_panel_of
from tests.factories.rankings import (
    APART,
    EVEN,
    STRONG,
    WEAK,
    entries_of,
    make_entry,
    make_judged_round,
    make_notice,
    make_ranking,
)
from tests.factories.showcase import make_round

pytestmark = pytest.mark.django_db
S = SubmissionState
NOTE = "五位专家逐项比对，各自维持评分。"


def refused(ranking, by=None):
    with pytest.raises(Denied) as denied:
        publish_notice(ranking, by=by or make_secretariat())
    assert PublicNotice.objects.count() == 0
    return denied.value.code


def shanghai(*parts):
    return timezone.make_aware(datetime(*parts))  # noqa: DTZ001


def states(round):
    return [entry.state for entry in entries_of(round)]


def test_publishing_carries_every_verdict_into_the_applications():
    ranking = make_ranking(make_judged_round(STRONG, EVEN, WEAK))
    notice = publish_notice(ranking, by=make_secretariat())
    round = notice.round
    ranking.refresh_from_db()
    assert states(round) == [S.PROPOSED, S.NOT_SELECTED, S.NOT_SELECTED]
    assert list(Verdict.objects.order_by("pk").values_list("is_proposed", flat=True)) == [
        True,
        False,
        False,
    ]
    assert (round.state, ranking.state) == (RoundState.PUBLICITY, RankingState.PUBLISHED)
    assert verify_ranking(ranking) == []
    kinds = Notification.objects.filter(kind__startswith="submission.").order_by("pk")
    assert [row.kind for row in kinds] == [
        "submission.proposed",
        "submission.not_selected",
        "submission.not_selected",
    ]
    assert AuditEvent.objects.filter(action="notice.published").count() == 1


def test_who_froze_the_ranking_does_not_publish_it():
    clerk = make_secretariat()
    assert refused(make_ranking(by=clerk), by=clerk) == "notice.second_person"


@pytest.mark.parametrize("role", [role for role in Role if role != Role.SECRETARIAT])
def test_nobody_but_the_secretariat_publishes(role):
    assert refused(make_ranking(), by=make_member(role)) == "notice.role"


@pytest.mark.parametrize("state", [s for s in RoundState if s != RoundState.RANKING])
def test_a_notice_is_published_only_while_the_round_is_ranked(state):
    ranking = make_ranking()
    ranking.round.state = state
    ranking.round.save()
    assert refused(ranking) == "notice.state"


def test_a_superseded_ranking_cannot_be_published():
    round = make_judged_round()
    first = make_ranking(round)
    make_ranking(round)
    assert refused(first) == "state.ranking.publish"


def test_a_snapshot_behind_the_ballots_cannot_be_published():
    ranking = make_ranking()
    ballot = Ballot.objects.first()
    Ballot.objects.filter(pk=ballot.pk).update(scores=ballot.scores | {"C1a": "1"})
    assert refused(ranking) == "notice.stale"


def test_scores_far_apart_near_the_line_need_the_panels_talk():
    round = make_judged_round(STRONG, APART)
    ranking = make_ranking(round)
    assert refused(ranking) == "notice.talk"
    record_talk(entries_of(round)[1], note=NOTE, by=make_secretariat())
    assert len(publish_notice(ranking, by=make_secretariat()).entries) == 1


def test_scores_far_apart_far_below_the_line_do_not_stop_publication():
    ranking = make_ranking(
        make_judged_round(STRONG, STRONG[::-1], EVEN, ["0.95", "0.75", "0.75", "0.70", "0.60"])
    )
    row = ranking.rows.order_by("submission__pk")[3]
    assert (row.rank, row.needs_talk, ranking.rows.filter(needs_vote=True).count()) == (4, True, 2)


def test_a_tie_at_the_line_needs_a_vote():
    assert refused(make_ranking(make_judged_round(EVEN, EVEN))) == "notice.vote"


def test_a_veto_ground_must_be_decided_first():
    round = make_judged_round(STRONG, EVEN)
    flag = {"code": "false_data", "reason": "附件第三页与公开年报的数字不一致，差了一个数量级。"}
    ballot = Ballot.objects.filter(assignment__submission=entries_of(round)[1]).first()
    Ballot.objects.filter(pk=ballot.pk).update(flags=[flag])
    ranking = make_ranking(round)
    assert refused(ranking) == "notice.veto"
    record_veto(entries_of(round)[1], is_upheld=False, note=NOTE, by=make_secretariat())
    assert publish_notice(ranking, by=make_secretariat()).state == NoticeState.OPEN


def test_a_ranking_that_proposes_nobody_is_not_published():
    assert refused(make_ranking(make_judged_round(WEAK))) == "notice.none"


def test_a_second_press_changes_nothing():
    ranking = make_ranking()
    publish_notice(ranking, by=make_secretariat())
    with pytest.raises(Denied):
        publish_notice(ranking, by=make_secretariat())
    assert PublicNotice.objects.count() == 1


def test_the_public_snapshot_holds_nothing_but_public_facts():
    notice = make_notice()
    (entry,) = notice.entries
    assert sorted(entry) == [
        "abstract",
        "abstract_en",
        "applicant",
        "applicant_en",
        "direction",
        "direction_en",
        "partners",
        "region",
        "submission",
        "title",
        "title_en",
    ]


def test_the_public_list_is_ordered_by_region_then_pinyin():
    round = make_judged_round(places=4)
    names = [("320000", "示例中原公司"), ("320000", "示例安澜公司"), ("110000", "示例重阳公司")]
    for number, (region, name) in enumerate(names, start=5):
        organisation = make_organisation(name=name, region=region)
        entry = make_entry(round, number, applicant=organisation)
        make_panel_of(entry, [f"0.9{number - 5}"] * 5)
    notice = publish_notice(make_ranking(round), by=make_secretariat())
    listed = [entry["applicant"] for entry in notice.entries]
    assert [name for name in listed if name in {name for _region, name in names}] == [
        "示例重阳公司",
        "示例安澜公司",
        "示例中原公司",
    ]


def published_at(moment):
    with clock.at(moment):
        return make_notice()


def test_a_notice_runs_five_working_days_without_the_day_of_publication():
    notice = published_at(shanghai(2027, 4, 5, 9, 0))  # a Monday
    assert notice.closes_at == shanghai(2027, 4, 12, 17, 0)


def test_weekends_holidays_and_make_up_days_count_as_published():
    SpecialDay.objects.update_or_create(day=date(2027, 4, 7), defaults={"is_working": False})
    SpecialDay.objects.update_or_create(day=date(2027, 4, 10), defaults={"is_working": True})
    notice = published_at(shanghai(2027, 4, 2, 16, 0))  # a Friday
    assert notice.closes_at == shanghai(2027, 4, 10, 17, 0)


def test_the_programmes_day_counts_not_the_utc_day():
    notice = published_at(datetime(2027, 4, 4, 17, 0, tzinfo=UTC))  # Monday 01:00 in Shanghai
    assert notice.closes_at == shanghai(2027, 4, 12, 17, 0)


def test_a_later_end_promised_by_the_calendar_is_kept():
    round = make_judged_round()
    later = clock.now() + timedelta(days=40)
    round.stages.filter(kind="publicity").update(closes_at=later)
    assert publish_notice(make_ranking(round), by=make_secretariat()).closes_at == later


def test_the_list_is_announced_from_the_closing_minute_on():
    notice, clerk = make_notice(), make_secretariat()
    with (
        clock.at(notice.closes_at - timedelta(seconds=1)),
        pytest.raises(Denied) as denied,
    ):
        announce(notice, by=clerk)
    with clock.at(notice.closes_at):
        pages = announce(notice, by=clerk)
    round = notice.round
    round.refresh_from_db()
    assert denied.value.code == "announce.early"
    assert (len(pages), round.state, notice.state) == (1, RoundState.ANNOUNCED, NoticeState.CLOSED)
    assert states(round) == [S.LISTED, S.NOT_SELECTED]


def test_who_froze_the_ranking_does_not_announce_the_list():
    notice = make_notice()
    froze = notice.round.rankings.get().frozen_by
    with clock.at(notice.closes_at), pytest.raises(Denied) as denied:
        announce(notice, by=froze)
    assert denied.value.code == "announce.second_person"


def test_who_upheld_an_objection_does_not_announce_the_list():
    notice = make_notice(STRONG, ["0.84"] * 5, places=2)
    facts = {"kind": "person", "objector": "示例异议人", "contact": "010", "facts": "与事实不符。"}
    objection = lodge_objection(notice, submission=entries_of(notice.round)[0], **facts)
    first, second = make_secretariat(), make_secretariat()
    outcome, answer = Objection.Outcome.UPHELD, "经核查，申报内容与事实不符。"
    decide_objection(objection, outcome=outcome, answer=answer, by=first)
    with clock.at(notice.closes_at):
        with pytest.raises(Denied) as denied:
            announce(notice, by=first)
        assert len(announce(notice, by=second)) == 1
    assert denied.value.code == "announce.upheld"


def test_who_scored_neither_publishes_nor_announces():
    ranking = make_ranking()
    scored = Ballot.objects.filter(assignment__submission__round=ranking.round).first()
    judge = scored.assignment.expert.user
    office = make_organisation(kind="secretariat")
    Membership.objects.create(user=judge, organisation=office, role=Role.SECRETARIAT)
    judge = User.objects.get(pk=judge.pk)
    assert refused(ranking, by=judge) == "apart.scored"
    notice = publish_notice(ranking, by=make_secretariat())
    with clock.at(notice.closes_at), pytest.raises(Denied) as denied:
        announce(notice, by=judge)
    assert denied.value.code == "apart.scored"


def test_announcing_twice_lists_once():
    notice, clerk = make_notice(), make_secretariat()
    with clock.at(notice.closes_at):
        announce(notice, by=clerk)
        assert announce(notice, by=clerk) == []
    assert (SolutionPage.objects.count(), Demonstration.objects.count()) == (1, 1)


def test_an_entry_with_an_open_objection_stays_behind_and_follows_later():
    clerk = make_secretariat()
    notice = make_notice(STRONG, ["0.84"] * 5, places=2)
    first, second = entries_of(notice.round)
    facts = {"kind": "person", "objector": "示例异议人", "contact": "010", "facts": "与事实不符。"}
    objection = lodge_objection(notice, submission=first, **facts)
    with clock.at(notice.closes_at):
        assert [page.submission_id for page in announce(notice, by=clerk)] == [second.pk]
        hold_entry(objection, by=clerk)
        assert announce(notice, by=clerk) == []
        decide_objection(
            objection,
            outcome=Objection.Outcome.REJECTED,
            answer="经核查，申报内容与事实相符。",
            by=clerk,
        )
        assert [page.submission_id for page in announce(notice, by=clerk)] == [first.pk]
    assert states(notice.round) == [S.LISTED, S.LISTED]


def test_without_a_showcase_page_nothing_is_announced():
    notice = make_notice()
    ShowcasePage.objects.get().delete()
    with clock.at(notice.closes_at), pytest.raises(Denied) as denied:
        announce(notice, by=make_secretariat())
    notice.refresh_from_db()
    assert (denied.value.code, notice.state) == ("listing.no_showcase", NoticeState.OPEN)


@pytest.mark.parametrize("role", [role for role in Role if role != Role.SECRETARIAT])
def test_nobody_but_the_secretariat_announces(role):
    notice = make_notice()
    with clock.at(notice.closes_at), pytest.raises(Denied) as denied:
        announce(notice, by=make_member(role))
    assert denied.value.code == "announce.role"


def test_an_empty_round_cannot_be_ranked():
    with pytest.raises(Denied) as denied:
        freeze_ranking(make_round(RoundState.REVIEWING), by=make_secretariat())
    assert denied.value.code == "ranking.empty"
