"""Separation of duties as a property: however somebody belongs to an entry, every deed is refused.

Deeds on an entry × ways to belong to one of its organisations. A former membership that ended more
than three years ago, and belonging to a stranger's organisation, never refuse.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from evaluation.models import Objection
from evaluation.services import balloting, conflicting, objecting, panelling, publishing, ranking
from portal.accounts.enums import Role
from portal.accounts.models import FormerMembership, Membership, Organisation, User
from portal.accounts.services import organising
from portal.core import clock
from portal.core.denials import Denied
from showcase.lifecycle import RoundState, SubmissionState
from showcase.models import Submission
from showcase.services import checking, recommending
from tests.factories.accounts import (
    make_administrator,
    make_member,
    make_organisation,
    make_secretariat,
    make_uscc,
    make_user,
)
from tests.factories.certificates import make_completed
from tests.factories.courses import make_practice_task, make_practice_work, make_run, make_team
from tests.factories.evaluation import make_assignment, make_ballot, make_expert, make_panel
from tests.factories.rankings import (
    STRONG,
    entries_of,
    make_judged_round,
    make_notice,
    make_ranking,
)
from tests.factories.showcase import (
    complete_data,
    make_authority,
    make_formal_check,
    make_recommendation,
    make_round,
    make_submission,
)

pytestmark = pytest.mark.django_db
PARTY = {"recommendation.party", "ballots.chair", "conflicts.role"}


@dataclass
class Scene:
    """An entry, somebody whose duty it would be, and the deed."""

    entry: Submission
    person: User
    deed: Callable[[User], Any]


# --- deeds ---------------------------------------------------------------------------------------


def with_partner(round, **facts) -> Submission:
    data = complete_data()
    data["partners"] = [{"uscc": make_uscc(), "name": "示例联合单位", "role": "现场验证"}]
    return make_submission(round, data=data, **facts)


def sending_the_list() -> Scene:
    authority = make_authority()
    round = make_round(RoundState.RECOMMENDING, quotas={authority: 5})
    entry = with_partner(round, state=SubmissionState.SUBMITTED, authority=authority)
    make_recommendation(entry, sent_at=None)
    person = make_member(Role.RECOMMENDER, authority)
    return Scene(
        entry,
        person,
        lambda by: recommending.send_list(round=round, authority=authority, by=by),
    )


def passing_over() -> Scene:
    scene = sending_the_list()
    scene.deed = lambda by: recommending.pass_over(submission=scene.entry, reason="另有安排", by=by)
    return scene


def accepting_the_form() -> Scene:
    entry = with_partner(make_round(RoundState.CHECKING), state=SubmissionState.RECOMMENDED)
    make_formal_check(entry)
    return Scene(entry, make_secretariat(), lambda by: checking.accept(entry, by=by))


def seat_with_partner():
    entry = with_partner(make_round(RoundState.REVIEWING), state=SubmissionState.ACCEPTED)
    return make_assignment(entry)


def signing_a_sheet() -> Scene:
    seat = seat_with_partner()
    ballot = make_ballot(seat, signed=False)
    return Scene(
        seat.submission,
        seat.expert.user,
        lambda by: balloting.sign_ballot(seat, revision=ballot.revision, by=by),
    )


def reopening_a_sheet() -> Scene:
    seat, chair = seat_with_partner(), make_expert(role=Role.CHAIR)
    ballot = make_ballot(seat)
    make_panel(seat.submission.direction, chair)
    return Scene(
        seat.submission,
        chair.user,
        lambda by: balloting.reopen_ballot(ballot, reason="再看一次", by=by),
    )


def deciding_on_a_tie(by_chair: bool) -> Scene:
    seat, chair = seat_with_partner(), make_expert(role=Role.CHAIR)
    make_panel(seat.submission.direction, chair)
    doubt = conflicting.declare_conflict(
        expert=seat.expert, submission=seat.submission, kind="kin", note="远亲", by=seat.expert.user
    )
    return Scene(
        seat.submission,
        chair.user if by_chair else make_secretariat(),
        lambda by: conflicting.decide_conflict(doubt, upheld=True, reason="须回避", by=by),
    )


def replacing_an_expert() -> Scene:
    seat = seat_with_partner()
    make_expert(make_uscc())
    return Scene(
        seat.submission,
        make_secretariat(),
        lambda by: panelling.replace_expert(seat, by=by, seed=1),
    )


def recording_a_talk() -> Scene:
    entry = entries_of(make_judged_round(STRONG))[0]
    return Scene(
        entry,
        make_secretariat(),
        lambda by: ranking.record_talk(entry, note="各自维持评分。" * 5, by=by),
    )


def freezing() -> Scene:
    round = make_judged_round(STRONG)
    return Scene(
        entries_of(round)[0], make_secretariat(), lambda by: ranking.freeze_ranking(round, by=by)
    )


def publishing_the_notice() -> Scene:
    round = make_judged_round(STRONG)
    frozen = make_ranking(round, by=make_secretariat())
    return Scene(
        entries_of(round)[0],
        make_secretariat(),
        lambda by: publishing.publish_notice(frozen, by=by),
    )


def announcing() -> Scene:
    notice = make_notice(STRONG)

    def deed(by):
        with clock.at(notice.closes_at + timedelta(minutes=1)):
            return publishing.announce(notice, by=by)

    return Scene(Submission.objects.get(round=notice.round), make_secretariat(), deed)


def objection_in(notice) -> Objection:
    return Objection.objects.create(
        notice=notice,
        submission=Submission.objects.get(round=notice.round),
        objector="示例人",
        contact="139",
        facts="编号查不到",
    )


def deciding_an_objection() -> Scene:
    objection = objection_in(make_notice(STRONG))
    return Scene(
        objection.submission,
        make_secretariat(),
        lambda by: objecting.decide_objection(
            objection, outcome="rejected", answer="查" * 20, by=by
        ),
    )


def holding_an_entry() -> Scene:
    objection = objection_in(make_notice(STRONG))
    return Scene(
        objection.submission,
        make_secretariat(),
        lambda by: objecting.hold_entry(objection, by=by),
    )


DEEDS: dict[str, Callable[[], Scene]] = {
    "send list": sending_the_list,
    "pass over": passing_over,
    "accept form": accepting_the_form,
    "sign sheet": signing_a_sheet,
    "reopen sheet": reopening_a_sheet,
    "decide tie as chair": lambda: deciding_on_a_tie(by_chair=True),
    "decide tie as office": lambda: deciding_on_a_tie(by_chair=False),
    "replace expert": replacing_an_expert,
    "record talk": recording_a_talk,
    "freeze": freezing,
    "publish": publishing_the_notice,
    "announce": announcing,
    "decide objection": deciding_an_objection,
    "hold entry": holding_an_entry,
}


# --- ways to belong -----------------------------------------------------------------------------


def join(user: User, organisation: Organisation, role: str = Role.APPLICANT) -> Membership:
    user.forget_roles()
    return Membership.objects.create(user=user, organisation=organisation, role=role)


def as_member(user, entry):
    join(user, entry.applicant)


def in_any_role(user, entry):
    join(user, entry.applicant, Role.TEACHER)


def in_one_of_several(user, entry):
    join(user, make_organisation())
    join(user, entry.applicant)


def of_a_deactivated_one(user, entry):
    join(user, entry.applicant)
    Organisation.objects.filter(pk=entry.applicant_id).update(is_active=False)


def of_a_partner(user, entry):
    partner = entry.partners.first()
    if partner is None:
        return as_member(user, entry)
    return join(user, make_organisation(uscc=partner.uscc))


def until_today(user, entry):
    membership = join(user, entry.applicant)
    organising.remove_member(membership=membership, by=make_administrator(entry.applicant))
    user.forget_roles()


def ended(user, entry, days):
    FormerMembership.objects.create(
        user=user, uscc=entry.applicant.uscc, ended_at=clock.now() - timedelta(days=days)
    )
    user.forget_roles()


WAYS = [as_member, in_any_role, in_one_of_several, of_a_deactivated_one, of_a_partner, until_today]
# One scene is made for each deed; each way is tried on it and undone.
FREE_WAYS = {
    "stranger": lambda user, entry: join(user, make_organisation()),
    "left long ago": lambda user, entry: ended(user, entry, 3 * 365 + 2),
}


@pytest.mark.parametrize("name", DEEDS)
def test_nobody_acts_on_an_entry_of_an_organisation_they_belong_to(name):
    from django.db import transaction

    scene = DEEDS[name]()
    ways = {way.__name__: way for way in WAYS}
    ways["left lately"] = lambda user, entry: ended(user, entry, 3 * 365 - 30)
    found = {}
    for word, way in ways.items():
        with transaction.atomic():
            way(scene.person, scene.entry)
            found[word] = refusal_of(scene)
            transaction.set_rollback(True)
        scene.person.forget_roles()
    assert {word for word, code in found.items() if code not in PARTY} == set(), found


@pytest.mark.parametrize("way", FREE_WAYS)
@pytest.mark.parametrize("name", ["accept form", "sign sheet", "freeze", "publish"])
def test_who_is_tied_no_more_may_act(name, way):
    scene = DEEDS[name]()
    FREE_WAYS[way](scene.person, scene.entry)
    assert refusal_of(scene) not in PARTY


def refusal_of(scene: Scene) -> str:
    try:
        scene.deed(scene.person)
    except Denied as refusal:
        return refusal.code
    return ""


@pytest.mark.parametrize("name", DEEDS)
@pytest.mark.parametrize("kind", ["programme", "system"])
def test_who_sets_the_site_up_acts_on_no_entry(name, kind):
    scene = DEEDS[name]()
    person = make_user(is_superuser=True) if kind == "system" else make_member(Role.PROGRAMME)
    scene.person = person
    assert refusal_of(scene) != ""


def also_secretariat(user: User) -> User:
    join(user, make_organisation(kind="secretariat"), Role.SECRETARIAT)
    return User.objects.get(pk=user.pk)


@pytest.mark.parametrize("as_chair", [False, True], ids=["expert", "chair"])
@pytest.mark.parametrize("deed", ["freeze", "publish", "announce", "decide objection"])
def test_who_scored_in_a_round_settles_and_publishes_nothing_of_it(deed, as_chair):
    scene = DEEDS[deed]()
    seat = scene.entry.assignments.first()
    if as_chair:
        chair = make_expert(role=Role.CHAIR)
        panel = scene.entry.direction.__class__.objects.get(pk=scene.entry.direction_id)
        existing = getattr(panel, "panel", None)
        if existing:
            existing.chair = chair
            existing.save()
        else:
            make_panel(panel, chair)
        judge = chair.user
    else:
        judge = seat.expert.user
    scene.person = also_secretariat(judge)
    assert refusal_of(scene) == "apart.scored"


def test_who_marked_in_a_run_issues_none_of_its_certificates():
    from courses.lifecycle import RunState
    from courses.models import PracticeRating
    from courses.rules.certificates import check_can_issue

    team = make_team()
    run = make_run(RunState.CLOSED, team=team)
    enrolment = make_completed(run)
    check_can_issue(team.certifier, run)
    work = make_practice_work(enrolment, make_practice_task(run.course))
    PracticeRating.objects.create(work=work, examiner=team.certifier, points=["1"])
    with pytest.raises(Denied) as refusal:
        check_can_issue(team.certifier, run)
    assert refusal.value.code == "certificate.marked"


def test_having_worked_for_the_secretariat_ties_to_nothing():
    office = make_organisation(kind="secretariat")
    user = make_member(Role.EXPERT, office)
    membership = user.memberships.get()
    organising.remove_member(membership=membership, by=make_administrator(office, Role.SECRETARIAT))
    assert User.objects.get(pk=user.pk).tied_codes == frozenset()
