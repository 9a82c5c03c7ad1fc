"""The secretariat's panel screens: draw, publish, replace, decide, remind; who may look."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from evaluation.lifecycle import AssignmentState, DrawState
from evaluation.models import Assignment, ConflictFact, Draw, Panel
from evaluation.services.panelling import propose_draw, publish_draw
from portal.core.models import Notification
from showcase.lifecycle import RoundState, SubmissionState
from tests.factories.accounts import make_member, make_secretariat
from tests.factories.evaluation import make_assignment, make_expert
from tests.factories.showcase import make_round, make_submission

pytestmark = [pytest.mark.django_db, pytest.mark.either]
PAGES = ("panel_board", "panel_conflicts", "panel_progress")


@pytest.fixture
def person():
    return make_secretariat()


@pytest.fixture
def office(person):
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def review(person):
    return make_round(RoundState.REVIEWING, by=person)


def fill(review, entries=1, experts=8):
    for _ in range(entries):
        make_submission(review, state=SubmissionState.ACCEPTED)
    return [make_expert() for _ in range(experts)]


def test_board_plays_draw_again_and_publish(office, review):
    fill(review)
    board = reverse("panel_board", args=[review.code])
    assert office.post(reverse("panel_draw", args=[review.code])).url == board
    office.post(reverse("panel_draw", args=[review.code]))
    first, second = Draw.objects.order_by("number")
    assert (first.state, second.state) == (DrawState.DISCARDED, DrawState.PROPOSED)
    assert str(second.seed) in office.get(board).content.decode()
    office.post(reverse("panel_publish", args=[review.code, second.public_id]))
    assert Assignment.objects.filter(state=AssignmentState.ACTIVE).count() == 5


def test_board_tells_broken_rules_in_words_and_publishes_only_when_accepted(office, review):
    fill(review, experts=4)
    office.post(reverse("panel_draw", args=[review.code]))
    text = office.get(reverse("panel_board", args=[review.code])).content.decode()
    assert "4 位专家" in text
    draw = Draw.objects.get()
    url = reverse("panel_publish", args=[review.code, draw.public_id])
    office.post(url)
    draw.refresh_from_db()
    assert draw.state == DrawState.PROPOSED
    office.post(url, {"accept": "yes"})
    draw.refresh_from_db()
    assert draw.state == DrawState.PUBLISHED


def test_board_without_a_waiting_entry_says_so(office, review):
    response = office.post(reverse("panel_draw", args=[review.code]), follow=True)
    assert "没有等待组建评审组的项目" in response.content.decode()


def test_board_discards_a_proposal(office, review):
    fill(review)
    office.post(reverse("panel_draw", args=[review.code]))
    office.post(reverse("panel_discard", args=[review.code, Draw.objects.get().public_id]))
    assert Draw.objects.get().state == DrawState.DISCARDED


def test_board_fills_a_free_seat(office, person, review):
    fill(review)
    draw = publish_draw(propose_draw(review, by=person), by=person)
    seat = draw.assignments.first()
    Assignment.objects.filter(pk=seat.pk).update(state=AssignmentState.RECUSED)
    url = reverse("panel_replace", args=[review.code, seat.public_id])
    assert url in office.get(reverse("panel_board", args=[review.code])).content.decode()
    office.post(url)
    assert Assignment.objects.filter(state=AssignmentState.ACTIVE).count() == 5
    assert url not in office.get(reverse("panel_board", args=[review.code])).content.decode()


def test_board_sets_chairs_and_refuses_a_stranger(office, review):
    expert = fill(review)[0]
    code = review.directions.first().code
    url = reverse("panel_chairs", args=[review.code])
    office.post(url, {code: "nobody"})
    assert Panel.objects.count() == 0
    office.post(url, {code: expert.public_id})
    assert Panel.objects.get(direction__code=code).chair == expert


def test_conflicts_page_detects_and_decides(office, review):
    entry = make_submission(review, state=SubmissionState.ACCEPTED)
    make_expert(entry.applicant.uscc)
    doubt = ConflictFact.objects.create(
        expert=make_expert(), submission=entry, kind="kin", source="declared", note="远亲"
    )
    office.post(reverse("panel_detect", args=[review.code]))
    assert ConflictFact.objects.filter(source="detected").count() == 1
    url = reverse(
        "panel_decide", args=[review.code, entry.public_id, doubt.expert.public_id, "kin"]
    )
    office.post(url, {"decision": "uphold", "reason": ""})
    doubt.refresh_from_db()
    assert doubt.upheld is None
    office.post(url, {"decision": "uphold", "reason": "须回避。"})
    doubt.refresh_from_db()
    assert doubt.upheld is True


def test_progress_page_reminds(office, person, review):
    fill(review)
    publish_draw(propose_draw(review, by=person), by=person)
    office.post(reverse("panel_remind", args=[review.code]))
    assert Notification.objects.filter(kind="panel.reminder").count() == 5


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("secretariat", 200),
        ("observer", 200),
        ("applicant", 404),
        ("recommender", 404),
        ("expert", 404),
        ("chair", 404),
        ("editor", 404),
    ],
)
def test_panel_pages_are_for_the_office_and_observers(review, page, role, status):
    client = Client()
    client.force_login(make_member(role))
    assert client.get(reverse(page, args=[review.code])).status_code == status


def test_panel_pages_give_observers_nothing_to_press(review):
    fill(review)
    client = Client()
    client.force_login(make_member("observer"))
    client.post(reverse("panel_draw", args=[review.code]))
    assert Draw.objects.count() == 0
    page = client.get(reverse("panel_board", args=[review.code])).content.decode()
    assert reverse("panel_draw", args=[review.code]) not in page


def test_panel_pages_of_another_round_do_not_reach_a_draw(office, person, review):
    fill(review)
    draw = propose_draw(review, by=person)
    other = make_round(RoundState.REVIEWING, by=person)
    url = reverse("panel_publish", args=[other.code, draw.public_id])
    assert office.post(url).status_code == 404


@pytest.mark.parametrize("page", PAGES)
def test_panel_pages_cost_the_same_at_1_and_3_rows(office, review, page):
    url = reverse(page, args=[review.code])

    def row():
        entry = make_submission(review, state=SubmissionState.ACCEPTED)
        seat = make_assignment(entry)
        ConflictFact.objects.create(
            expert=make_expert(entry.applicant.uscc),
            submission=entry,
            kind="kin",
            source="declared",
            upheld=True,
        )
        return seat

    def queries() -> int:
        office.get(url)
        with CaptureQueriesContext(connection) as captured:
            assert office.get(url).status_code == 200
        return len(captured)

    row()
    one = queries()
    row()
    row()
    three = queries()
    assert (one, three <= 10) == (three, True)
