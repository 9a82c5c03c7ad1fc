"""The demo command on a small scale is covered by its parts; the whole is run by `make run`."""

from datetime import datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from evaluation.models import Employment, Expert
from portal.accounts.models import Membership, Organisation
from portal.core import clock
from portal.core.calendar import seed_special_days
from portal.core.models import Mail
from portal.core.outbox import no_mail
from portal.demo import rounds
from portal.demo.experts import ensure_experts
from portal.demo.people import ensure_people, person
from showcase.lifecycle import RoundState
from showcase.services.rounds import stage_windows
from tests.factories.showcase import make_round

pytestmark = pytest.mark.django_db


def test_demo_is_refused_where_it_is_not_allowed(settings):
    settings.DEMO_ALLOWED = False
    with pytest.raises(CommandError):
        call_command("demo")


def test_people_and_experts_are_made_once():
    for _ in range(2):
        ensure_people()
        ensure_experts(by=person(rounds.SECRETARY))
    assert Expert.objects.count() == 24
    assert Employment.objects.filter(ended_on=None).count() == 24
    assert Organisation.objects.exclude(code=None).count() == 4
    assert Membership.objects.filter(role="secretariat").count() == 2


def test_every_stage_finds_its_opening_day(db):
    now = timezone.now()
    for state, (kind, after, before) in rounds.MARGINS.items():
        opens, closes = stage_windows(rounds.opening(state), {})[kind]
        assert opens + timedelta(days=after) <= now <= closes - timedelta(days=before), state


# In and after the long holidays: National Day, and the Spring Festival of the next spring.
@pytest.mark.parametrize("day", ["2025-10-08", "2025-10-20", "2026-02-20", "2026-03-06"])
def test_steps_of_the_running_stages_lie_before_today_in_long_holidays_too(day):
    seed_special_days([2025, 2026])
    now = datetime.fromisoformat(f"{day}T10:00:00+08:00")
    with clock.at(now):
        for state, part in rounds.LAST_STEP.items():
            kind = rounds.MARGINS[state][0]
            opens, closes = stage_windows(rounds.opening(state), {})[kind]
            assert opens + (closes - opens) * part <= now < closes, state


def test_full_round_is_over_before_today():
    windows = stage_windows(rounds.opening(RoundState.ANNOUNCED), {})
    assert max(closes for _, closes in windows.values()) < timezone.now() - timedelta(days=20)


def test_mails_of_the_demo_are_written_and_withheld(django_capture_on_commit_callbacks):
    from portal.core.notifications import notify
    from tests.factories.accounts import make_user

    with django_capture_on_commit_callbacks() as callbacks, no_mail():
        notify([make_user()], kind="test", subject="x")
    assert callbacks == []
    assert Mail.objects.get().state == Mail.State.WITHHELD


def test_demo_begun_last_year_keeps_its_codes():
    make_round(code="2025-1")
    assert [code for _, code in rounds.missing_rounds()] == [f"2025-{n}" for n in range(2, 9)]
