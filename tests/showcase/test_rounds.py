"""A round from the template, and its way through its states."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError

from portal.core import clock
from portal.core.denials import Denied
from portal.core.lifecycle import IllegalTransition
from portal.core.models import AuditEvent
from showcase.lifecycle import ROUND, RoundState
from showcase.models import FormVersion, Quota
from showcase.services.rounds import advance_round, create_round_from_template, set_quota
from tests.factories.accounts import make_member, make_secretariat
from tests.factories.showcase import make_authority, make_round

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")
OPENS = datetime(2026, 3, 2, 9, 0, tzinfo=SHANGHAI)


def create(**facts):
    values = {"code": "2026-1", "year": 2026, "title": "第一批", "opens_at": OPENS}
    return create_round_from_template(**({"by": make_secretariat()} | values | facts))


def test_round_has_the_templates_stages_directions_and_numbers():
    made = create()
    days = {
        s.kind: s.closes_at.astimezone(SHANGHAI).strftime("%m-%d %H:%M") for s in made.stages.all()
    }
    assert days == {
        "apply": "04-01 17:00",
        "recommend": "04-15 17:00",
        "check": "04-22 17:00",
        "correct": "04-29 17:00",
        "review": "05-20 17:00",
        "publicity": "05-27 17:00",
    }
    assert [d.code for d in made.directions.all()] == [
        "device", "control", "network", "platform", "data", "integrated", "service",
        "data-management",
    ]  # fmt: skip
    assert made.rules["partners_max"] == 2
    assert made.state == RoundState.SETUP
    assert AuditEvent.objects.get().action == "round.created"


def test_round_takes_overrides_and_quotas():
    authority = make_authority()
    closes = OPENS + timedelta(days=3)
    made = create(
        windows={"apply": (OPENS, closes)},
        quotas={authority: 7},
        rules={"load_max": 5},
        places={"control": 9},
    )
    assert made.stage("apply").closes_at == closes
    assert made.stage("recommend").opens_at == closes
    assert Quota.objects.get(round=made).places == 7
    assert made.rules["load_max"] == 5
    assert made.directions.get(code="control").places == 9


def test_form_version_is_shared_until_the_schema_changes():
    first, second = create(), create(code="2026-2")
    assert first.form == second.form
    FormVersion.objects.filter(pk=first.form_id).update(schema={})
    assert create(code="2026-3").form.number == 2


def test_round_code_is_taken_once():
    create()
    with pytest.raises(ValidationError) as caught:
        create()
    assert list(caught.value.message_dict) == ["code"]


def test_only_the_secretariat_creates_rounds():
    with pytest.raises(Denied) as caught:
        create(by=make_member("applicant"))
    assert caught.value.code == "round.role"


@pytest.mark.parametrize("state", RoundState.values)
@pytest.mark.parametrize("verb", list(ROUND.arrows))
def test_round_moves_only_along_its_arrows(verb, state):
    made, by = make_round(state), make_secretariat()
    with clock.at(made.stage("apply").closes_at):
        if state in ROUND.arrows[verb].sources:
            assert advance_round(made, verb, by=by).state == ROUND.arrows[verb].target
        else:
            with pytest.raises(IllegalTransition):
                advance_round(made, verb, by=by)


def test_round_does_not_close_before_its_deadline():
    made = make_round()
    with pytest.raises(Denied) as caught:
        advance_round(made, "close_applications", by=make_secretariat())
    assert caught.value.code == "round.window_open"


@pytest.mark.parametrize("missing", ["stages", "directions"])
def test_round_does_not_open_incomplete(missing):
    made = make_round(RoundState.SETUP)
    getattr(made, missing).all().delete()
    with pytest.raises(Denied) as caught:
        advance_round(made, "open", by=make_secretariat())
    assert caught.value.code == "round.incomplete"


@pytest.mark.parametrize("role", ["applicant", "recommender", "expert", "observer", "editor"])
def test_round_is_moved_by_the_secretariat_alone(role):
    with pytest.raises(Denied):
        advance_round(make_round(RoundState.SETUP), "open", by=make_member(role))


def test_quota_is_set_and_recorded():
    made, authority = make_round(), make_authority()
    set_quota(made, authority=authority, places=4, by=make_secretariat())
    assert Quota.objects.get(round=made, authority=authority).places == 4
    assert AuditEvent.objects.filter(action="round.quota_set").count() == 1
