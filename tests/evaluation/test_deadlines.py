from datetime import timedelta

import pytest

from portal.core import clock
from portal.core.deadlines import remind_of
from portal.core.models import Notification
from showcase.models import Stage
from tests.factories.evaluation import make_assignment, make_ballot, make_expert
from tests.factories.showcase import make_round, make_submission

pytestmark = pytest.mark.django_db


def test_experts_are_reminded_while_a_sheet_is_not_signed():
    round = make_round("reviewing")
    entries = [make_submission(round, state="accepted") for _ in range(2)]
    busy, done, away = (make_expert() for _ in range(3))
    for entry in entries:
        make_assignment(entry, busy)
    seat = make_assignment(entries[0], done)
    make_assignment(entries[1], away, state="recused")
    make_ballot(seat)
    stage = round.stages.filter(kind=Stage.Kind.REVIEW)
    stage.update(closes_at=clock.now() + timedelta(hours=20))
    assert (remind_of("reviewing"), remind_of("reviewing")) == (1, 0)
    notice = Notification.objects.get(kind="deadline.reviewing")
    assert notice.recipient == busy.user
    assert "2" in notice.body
    stage.update(closes_at=clock.now() + timedelta(days=6))
    assert remind_of("reviewing") == 1
