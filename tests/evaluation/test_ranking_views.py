import io

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from evaluation.lifecycle import RankingState
from evaluation.models import Ballot, PublicNotice, Ranking, Talk
from portal.accounts.enums import Role
from showcase.models import Submission
from tests.factories.accounts import make_member, make_secretariat
from tests.factories.evaluation import make_assignment
from tests.factories.rankings import (
    APART,
    EVEN,
    STRONG,
    WEAK,
    entries_of,
    make_entry,
    make_judged_round,
    make_ranking,
)

pytestmark = [pytest.mark.django_db, pytest.mark.either]
READERS = {Role.SECRETARIAT, Role.OBSERVER}
NOTE = "五位专家（01、02、03、04、05）逐项比对，结论为各自维持评分。"


def url(name, round, *args):
    return reverse(name, args=[round.code, *args])


def signed_in(client, person):
    client.force_login(person)
    return client


def page(client, name, round, *args):
    response = client.get(url(name, round, *args))
    assert response.status_code == 200
    return response.content.decode()


def messages_of(response):
    return [str(message) for message in response.context["messages"]]


def test_before_freezing_the_board_names_the_missing_ballots(client):
    round = make_judged_round()
    make_assignment(make_entry(round, 7))
    text = page(signed_in(client, make_secretariat()), "ranking_board", round)
    assert text.count("示例项目7") == 2
    assert "还有 1 份评分可签未签" in text


def test_freezing_leads_to_the_board(client):
    round = make_judged_round()
    signed_in(client, make_secretariat())
    response = client.post(url("ranking_freeze", round), follow=True)
    assert messages_of(response) == ["排序第 1 号已冻结。"]
    assert "示例项目0" in response.content.decode()


def test_the_board_shows_experts_by_number_only(client):
    round = make_judged_round(STRONG, EVEN, WEAK)
    make_ranking(round)
    signed_in(client, make_secretariat())
    entry = entries_of(round)[0]
    shown = page(client, "ranking_board", round) + page(
        client, "ranking_entry", round, entry.public_id
    )
    names = set(Ballot.objects.values_list("assignment__expert__user__name", flat=True))
    assert [name for name in names if name in shown] == []
    assert "专家 01" in shown


def test_the_board_marks_the_estimate_and_draws_the_line(client):
    round = make_judged_round(STRONG, EVEN, WEAK)
    make_ranking(round)
    text = page(signed_in(client, make_secretariat()), "ranking_board", round)
    assert "正式得分决定名次；校准得分与概率只作参考" in text
    assert text.count('<tr class="cut">') == 1


def test_a_refused_estimate_is_missing_with_its_reason(client):
    ranking = make_ranking(make_judged_round(STRONG, EVEN))
    ranking.estimate |= {"status": "refused"}
    ranking.estimate["diagnostics"]["r_hat"] = 1.2
    ranking.save()
    text = page(signed_in(client, make_secretariat()), "ranking_board", ranking.round)
    assert "R-hat 为 1.2" in text
    assert '<svg class="drawn"' not in text


def test_an_unknown_direction_is_not_found(client):
    round = make_ranking().round
    signed_in(client, make_secretariat())
    assert client.get(url("ranking_board", round) + "?direction=nowhere").status_code == 404


@pytest.mark.parametrize("role", list(Role))
def test_only_secretariat_and_observer_see_the_ranking(client, role):
    round = make_judged_round()
    make_ranking(round)
    signed_in(client, make_member(role))
    expected = 200 if role in READERS else 404
    entry = entries_of(round)[0].public_id
    found = [
        client.get(url("ranking_board", round)).status_code,
        client.get(url("ranking_workbook_download", round)).status_code,
        client.get(url("ranking_publish", round)).status_code,
        client.get(url("ranking_entry", round, entry)).status_code,
        client.get(url("ranking_board", round).replace(round.code, "missing")).status_code,
    ]
    assert found == [expected] * 4 + [404]


def test_an_observer_watches_and_cannot_act(client):
    round = make_judged_round()
    make_ranking(round)
    signed_in(client, make_member(Role.OBSERVER))
    text = page(client, "ranking_board", round)
    assert [word for word in ("重新冻结", "前往公示") if word in text] == []
    client.post(url("ranking_freeze", round))
    client.post(url("ranking_publish", round))
    assert (Ranking.objects.count(), PublicNotice.objects.count()) == (1, 0)


def test_nobody_without_an_account_sees_the_ranking(client):
    round = make_ranking().round
    assert client.get(url("ranking_board", round)).status_code == 302


def test_verifying_says_that_every_byte_agrees_or_what_is_wrong(client):
    round = make_judged_round()
    ranking = make_ranking(round)
    signed_in(client, make_secretariat())
    good = client.post(url("ranking_verify", round), follow=True)
    assert messages_of(good) == [
        f"已用评分重新计算，与快照逐字节一致（{ranking.results_digest[:16]}）。"
    ]
    Ballot.objects.update(total=1)
    bad = client.post(url("ranking_verify", round), follow=True)
    assert messages_of(bad)[0].startswith("核验不符：")


def test_a_talk_is_recorded_on_the_entrys_page(client):
    round = make_judged_round(STRONG, APART)
    make_ranking(round)
    entry = entries_of(round)[1]
    signed_in(client, make_secretariat())
    address = url("ranking_entry", round, entry.public_id)
    faulty = client.post(address, {"kind": "spread", "spread-note": "太短"})
    assert (faulty.status_code, Talk.objects.count()) == (422, 0)
    assert "太短" in faulty.content.decode()
    good = client.post(address, {"kind": "spread", "spread-note": NOTE}, follow=True)
    assert NOTE in good.content.decode()
    assert Talk.objects.get().submission == entry


def test_a_refused_vote_keeps_what_was_typed(client):
    round = make_judged_round(EVEN, EVEN)
    make_ranking(round)
    signed_in(client, make_secretariat())
    sent = {
        "kind": "vote",
        "vote-place": 1,
        "vote-votes_for": 1,
        "vote-votes_cast": 5,
        "vote-note": NOTE,
    }
    response = client.post(url("ranking_entry", round, entries_of(round)[0].public_id), sent)
    assert (response.status_code, Talk.objects.count()) == (422, 0)
    assert "表决须有三分之二以上赞成票才有效。" in response.content.decode()
    assert NOTE in response.content.decode()


def test_the_second_person_publishes_from_the_check_page(client):
    clerk = make_secretariat()
    round = make_judged_round()
    make_ranking(round, by=clerk)
    signed_in(client, clerk)
    assert "须由秘书处另一人发布" in page(client, "ranking_publish", round)
    client.post(url("ranking_publish", round))
    assert PublicNotice.objects.count() == 0
    signed_in(client, make_secretariat())
    response = client.post(url("ranking_publish", round), follow=True)
    assert messages_of(response) == ["公示已发布。"]
    assert Ranking.objects.get().state == RankingState.PUBLISHED


def workbook(client, round):
    response = client.get(url("ranking_workbook_download", round))
    return openpyxl.load_workbook(io.BytesIO(response.content))


def test_the_workbook_holds_ranking_ballots_items_criteria_and_snapshot(client):
    round = make_judged_round(STRONG, EVEN)
    ranking = make_ranking(round)
    book = workbook(signed_in(client, make_secretariat()), round)
    assert book.sheetnames == ["排序", "评分表", "分项得分", "评分标准", "快照"]
    rows = list(book["排序"].iter_rows(min_row=4, values_only=True))
    assert [row[1] for row in rows[:2]] == [1, 2]
    facts = dict(row[:2] for row in book["快照"].iter_rows(min_row=4, values_only=True))
    assert facts["结果摘要（SHA-256）"] == ranking.results_digest
    names = set(Ballot.objects.values_list("assignment__expert__user__name", flat=True))
    cells = {cell for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row}
    assert names & cells == set()


def test_no_cell_of_the_workbook_becomes_a_formula(client):
    round = make_judged_round(STRONG)
    Submission.objects.filter(round=round).update(title="=HYPERLINK(1)")
    make_ranking(round)
    book = workbook(signed_in(client, make_secretariat()), round)
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds


# The check page before publication proves the whole snapshot against the ballots.
@pytest.mark.parametrize(("name", "most"), [("ranking_board", 10), ("ranking_publish", 25)])
def test_the_number_of_queries_does_not_grow_with_the_entries(client, name, most):
    counts = []
    for shares in ([STRONG], [STRONG, ["0.84"] * 5, EVEN]):
        round = make_judged_round(*shares, places=3)
        make_ranking(round)
        signed_in(client, make_secretariat())
        client.get(url(name, round))  # fills the caches of drawings and of the record
        with CaptureQueriesContext(
            connection,
        ) as queries:
            page(client, name, round)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= most
