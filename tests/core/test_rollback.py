"""Break the record's write: in every app the change is undone with it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps

from courses.lifecycle import RunState
from courses.services import running
from courses.services.certifying.changing import suspend_certificate
from evaluation.services import ranking
from portal.accounts.enums import Role
from portal.accounts.services import admitting, inviting, organising
from portal.core.models import AuditEvent, Job
from portal.core.queue import cancel_job
from showcase.lifecycle import RoundState, SubmissionState
from showcase.services import applying, checking, rounds
from tests.factories.accounts import (
    make_administrator,
    make_member,
    make_organisation,
    make_secretariat,
    make_user,
)
from tests.factories.certificates import make_certificate
from tests.factories.courses import make_run, make_team
from tests.factories.rankings import STRONG, make_judged_round
from tests.factories.showcase import complete_data, make_round, make_submission

pytestmark = [pytest.mark.django_db, pytest.mark.both]
OWN = ("core", "accounts", "showcase", "evaluation", "courses", "search")
Deed = Callable[[], Any]


def everything() -> dict[str, list[dict[str, Any]]]:
    """All rows of all tables of ours."""
    return {
        model._meta.label: list(model.objects.order_by("pk").values())
        for label in OWN
        for model in apps.get_app_config(label).get_models()
        if model._meta.managed and not model._meta.proxy
    }


def draft() -> Any:
    organisation = make_organisation()
    data = complete_data(organisation, pj_title="示例项目")
    return make_submission(
        make_round(RoundState.APPLYING, by=make_secretariat()),
        organisation,
        SubmissionState.DRAFT,
        data,
    )


def asks_for_a_code() -> Deed:
    user = make_user()
    facts = {"uscc": "919900000000000192", "name": "示例智造有限公司", "kind": "enterprise"}
    return lambda: admitting.ask(by=user, **facts)


def invites() -> Deed:
    organisation = make_organisation()
    by = make_administrator(organisation)
    return lambda: inviting.invite(
        organisation=organisation, email="neu@example.org", role=Role.APPLICANT, by=by
    )


def deactivates() -> Deed:
    organisation, by = make_organisation(), make_secretariat()
    return lambda: organising.deactivate(organisation=organisation, reason="单位注销。", by=by)


def withdraws() -> Deed:
    entry = draft()
    by = make_member(Role.APPLICANT, entry.applicant)
    return lambda: applying.withdraw(entry, by=by, reason="另有安排，不再申报。")


def opens_a_check() -> Deed:
    organisation, by = make_organisation(), make_secretariat()
    data = complete_data(organisation, pj_title="示例项目")
    round = make_round(RoundState.CHECKING, by=by)
    entry = make_submission(round, organisation, SubmissionState.RECOMMENDED, data)
    return lambda: checking.open_check(entry, by=by)


def sets_up_a_round() -> Deed:
    by = make_secretariat()
    first = make_round(RoundState.SETUP, by=by)
    return lambda: rounds.advance_round(first, "open", by=by)


def freezes() -> Deed:
    round, by = make_judged_round(STRONG), make_secretariat()
    return lambda: ranking.freeze_ranking(round, by=by)


def announces_a_run() -> Deed:
    team = make_team()
    run = make_run(RunState.PREPARING, team=team)
    return lambda: running.announce(run=run, by=team.coordinator)


def suspends() -> Deed:
    team = make_team()
    certificate = make_certificate(team=team)
    return lambda: suspend_certificate(
        certificate=certificate, reason="正在核查考试过程是否合规。", by=team.certifier
    )


def cancels_a_job() -> Deed:
    by = make_user()
    job = Job.objects.create(kind="evaluation.estimate", label="示例", by=by)
    return lambda: cancel_job(job=job, by=by)


@pytest.mark.parametrize(
    "prepare",
    [
        asks_for_a_code,
        invites,
        deactivates,
        withdraws,
        opens_a_check,
        sets_up_a_round,
        freezes,
        announces_a_run,
        suspends,
        cancels_a_job,
    ],
)
def test_change_is_undone_when_the_record_cannot_be_written(prepare, monkeypatch):
    deed = prepare()
    before = everything()

    def broken(*args: Any, **kwargs: Any) -> None:
        raise OSError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr(AuditEvent, "save", broken)
        with pytest.raises(OSError, match="disk full"):
            deed()
    assert everything() == before
    deed()
    assert everything() != before
