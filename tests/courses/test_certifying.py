"""Issuing, suspending, revoking and correcting certificates; the job that issues them."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from courses.certification import Standing, parse_number
from courses.lifecycle import EnrolmentState, RunState
from courses.models import Certificate, Credential, Duty, Serial
from courses.queries.certificates import eligible, facts_of, standing_of
from courses.services import certifying
from courses.services.certifying.issuing import ensure_issuer
from courses.tasks import issue_certificates_of_run
from portal.core import clock, queue
from portal.core.denials import Denied
from portal.core.models import AuditEvent, Job, Notification
from portal.core.queue import Progress
from tests.factories.accounts import make_organisation, make_user
from tests.factories.certificates import make_certificate, make_completed, second_certifier
from tests.factories.courses import make_course, make_enrolment, make_run, make_team

pytestmark = pytest.mark.django_db
REASON = "考试由他人代答，经复核认定。"
DAY = datetime(2026, 3, 5, 12, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def team():
    return make_team()


@pytest.fixture
def run(team):
    return make_run(RunState.CLOSED, team=team)


def events(action):
    return AuditEvent.objects.filter(action=action).count()


# --- issuing ------------------------------------------------------------------------------------


def test_certificate_freezes_the_facts_of_run_course_and_result(team, run):
    with clock.at(DAY):
        certificate = make_certificate(run, team=team)
    facts = facts_of(certificate)
    assert str(parse_number(facts.number)) == certificate.number
    assert (facts.holder, facts.band, facts.level) == ("王示明", "good", "L1")
    assert (facts.hours, facts.hours_practice) == (32, 10)
    assert (facts.issued_on, facts.expires_on) == (date(2026, 3, 5), date(2029, 3, 4))
    assert facts.issuer == team.lead.name
    assert [(duty.duty, duty.name) for duty in facts.duties] == [
        ("content", team.lead.name),
        ("teaching", team.company.name),
        ("site", team.company.name),
        ("examining", team.institute.name),
        ("issuing", team.lead.name),
    ]
    assert certificate.content_hash == facts.content_hash()
    assert certificate.credential.text.count(".") == 2


def test_certificate_is_audited_and_told_to_the_holder(team, run):
    certificate = make_certificate(run, team=team)
    assert events("certificate.issued") == 1
    notice = Notification.objects.get(recipient=certificate.holder)
    assert certificate.number in notice.subject


def test_second_call_issues_nothing(team, run):
    certificate = make_certificate(run, team=team)
    again = certifying.issue_certificate(
        enrolment_id=certificate.enrolment_id,
        common=certifying.common_of(run),
        by=team.certifier,
    )
    assert again is None
    assert Certificate.objects.count() == Credential.objects.count() == 1


def test_numbers_of_an_issuer_and_year_have_no_gap(team, run):
    with clock.at(DAY):
        numbers = [parse_number(make_certificate(run, team=team).number) for _ in range(3)]
    assert [one.serial for one in numbers] == [1, 2, 3]
    assert {one.provider for one in numbers} == {"0001"}
    assert Serial.objects.get().last == 3


def test_a_refused_certificate_uses_up_no_number(team, run):
    enrolment = make_completed(run, band="")
    ensure_issuer(team.lead.pk)
    with pytest.raises(Denied):
        certifying.issue_certificate(
            enrolment_id=enrolment.pk, common=certifying.common_of(run), by=team.certifier
        )
    with clock.at(DAY):
        assert parse_number(make_certificate(run, team=team).number).serial == 1


@pytest.mark.parametrize("state", [EnrolmentState.ENROLLED, EnrolmentState.FAILED])
def test_who_has_not_completed_gets_no_certificate(team, run, state):
    enrolment = make_enrolment(run, state=state)
    assert list(eligible(run)) == []
    ensure_issuer(team.lead.pk)
    with pytest.raises(Denied):
        certifying.issue_certificate(
            enrolment_id=enrolment.pk, common=certifying.common_of(run), by=team.certifier
        )


def test_issuers_get_keys_in_their_order():
    keys = [ensure_issuer(make_organisation().pk).key for _ in range(2)]
    assert keys == ["0001", "0002"]


@pytest.mark.parametrize("role", ["coordinator", "teacher", "examiner"])
def test_only_a_certifier_starts_issuing(team, run, role):
    make_completed(run)
    with pytest.raises(Denied):
        certifying.issue_certificates(run=run, by=getattr(team, role))
    assert Job.objects.count() == 0


def test_nothing_is_issued_before_every_duty_is_accepted(team, run):
    make_completed(run)
    Duty.objects.filter(run=run, kind="teaching").update(state="proposed")
    with pytest.raises(Denied) as refusal:
        certifying.issue_certificates(run=run, by=team.certifier)
    assert refusal.value.code == "certificate.duties"


def test_awareness_courses_issue_nothing(team):
    run = make_run(RunState.CLOSED, team=team, course=make_course(level="L0"))
    make_completed(run)
    with pytest.raises(Denied) as refusal:
        certifying.issue_certificates(run=run, by=team.certifier)
    assert refusal.value.code == "certificate.level"


def test_a_certifier_who_learns_in_the_run_issues_nothing(team, run):
    make_completed(run, team.certifier)
    with pytest.raises(Denied):
        certifying.issue_certificates(run=run, by=team.certifier)


def test_without_a_key_nothing_is_issued(team, run, settings):
    settings.CREDENTIAL_KEY_FILE = ""
    make_completed(run)
    with pytest.raises(Denied) as refusal:
        certifying.issue_certificates(run=run, by=team.certifier)
    assert refusal.value.code == "certificate.key"


def test_a_second_click_returns_the_job_that_runs(team, run):
    make_completed(run)
    first = certifying.issue_certificates(run=run, by=team.certifier)
    assert certifying.issue_certificates(run=run, by=team.certifier) == first


# --- the job ------------------------------------------------------------------------------------


def run_handler(job):
    job.lease = "test"
    job.save()
    return issue_certificates_of_run(Progress(job))


def test_job_issues_everybody_once_and_reports_who_is_refused(team, run):
    for _ in range(3):
        make_completed(run)
    make_completed(run, make_user(name="赵示"), band=None)
    job = certifying.issue_certificates(run=run, by=team.certifier)
    assert run_handler(job) == {"issued": 3, "refused": 1}
    job.refresh_from_db()
    assert (job.done, job.total, len(job.faults)) == (4, 4, 1)
    assert "赵示" in job.faults[0]["reason"]


def test_job_broken_off_is_resumed_not_restarted(team, run, monkeypatch):
    for _ in range(4):
        make_completed(run)
    job = certifying.issue_certificates(run=run, by=team.certifier)

    class Killed(BaseException):
        pass

    def die_after_two(self, done, total):
        if done == 2:
            raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(Progress, "step", die_after_two)
        with pytest.raises(Killed):
            run_handler(job)
    first = list(Certificate.objects.order_by("pk").values_list("number", flat=True))
    assert len(first) == 2
    assert run_handler(job) == {"issued": 2, "refused": 0}
    numbers = list(Certificate.objects.order_by("pk").values_list("number", flat=True))
    assert numbers[:2] == first
    assert [parse_number(one).serial for one in numbers] == [1, 2, 3, 4]
    assert Certificate.objects.values("enrolment").distinct().count() == 4


def test_job_of_somebody_who_lost_the_role_issues_nothing(team, run):
    make_completed(run)
    job = certifying.issue_certificates(run=run, by=team.certifier)
    team.certifier.memberships.all().delete()
    job.by.forget_roles()
    with pytest.raises(Denied):
        run_handler(job)
    assert Certificate.objects.count() == 0


def test_a_certificate_costs_a_constant_number_of_statements(
    team, run, django_assert_max_num_queries
):
    make_certificate(run, team=team)
    common = certifying.common_of(run)
    for _ in range(3):
        enrolment = make_completed(run)
        with django_assert_max_num_queries(32):
            certifying.issue_certificate(
                enrolment_id=enrolment.pk, common=common, by=team.certifier
            )


# --- afterwards ---------------------------------------------------------------------------------


@pytest.fixture
def certificate(team, run):
    with clock.at(DAY):
        return make_certificate(run, team=team)


@pytest.fixture(autouse=True)
def at_day():
    with clock.at(DAY + timedelta(days=10)):
        yield


def standing(certificate, days=10):
    fresh = Certificate.objects.get(pk=certificate.pk)
    return standing_of(fresh, (DAY + timedelta(days=days)).date())


def test_suspension_lasts_until_it_is_lifted(team, certificate):
    certifying.suspend_certificate(certificate=certificate, reason=REASON, by=team.certifier)
    assert standing(certificate) == Standing.SUSPENDED
    with clock.at(DAY + timedelta(days=12)):
        certifying.lift_suspension(certificate=certificate, by=team.certifier)
    assert standing(certificate, 12) == Standing.VALID
    assert standing(certificate, 11) == Standing.SUSPENDED
    assert (events("certificate.suspended"), events("certificate.lifted")) == (1, 1)
    assert Notification.objects.filter(recipient=certificate.holder).count() == 3


@pytest.mark.parametrize("reason", ["", "太短", "x" * 301, " " * 20])
def test_suspension_needs_a_reason_the_public_can_read(team, certificate, reason):
    with pytest.raises(Denied) as refusal:
        certifying.suspend_certificate(certificate=certificate, reason=reason, by=team.certifier)
    assert refusal.value.code == "certificate.reason"


def test_revocation_takes_two_people(team, certificate):
    asked = certifying.ask_revocation(certificate=certificate, reason=REASON, by=team.certifier)
    assert standing(certificate) == Standing.VALID
    with pytest.raises(Denied) as refusal:
        certifying.confirm_revocation(certificate=asked, by=team.certifier)
    assert refusal.value.code == "certificate.same_person"
    done = certifying.confirm_revocation(certificate=asked, by=second_certifier(team))
    assert (done.revoked_on, done.revoked_reason) == (date(2026, 3, 15), REASON)
    assert standing(certificate) == Standing.REVOKED


def test_revocation_is_final(team, certificate):
    asked = certifying.ask_revocation(certificate=certificate, reason=REASON, by=team.certifier)
    other = second_certifier(team)
    certifying.confirm_revocation(certificate=asked, by=other)
    for act in (
        lambda: certifying.confirm_revocation(certificate=asked, by=other),
        lambda: certifying.suspend_certificate(certificate=asked, reason=REASON, by=other),
        lambda: certifying.reissue_certificate(
            certificate=asked, holder="王示", reason=REASON, by=other
        ),
    ):
        with pytest.raises(Denied):
            act()


def test_revocation_of_a_suspended_certificate_ends_the_suspension(team, certificate):
    certifying.suspend_certificate(certificate=certificate, reason=REASON, by=team.certifier)
    certifying.ask_revocation(certificate=certificate, reason=REASON, by=team.certifier)
    certifying.confirm_revocation(certificate=certificate, by=second_certifier(team))
    assert certificate.suspensions.filter(lifted_on=None).count() == 0
    assert standing(certificate) == Standing.REVOKED


def test_revocation_can_be_declined_and_asked_for_again(team, certificate):
    certifying.ask_revocation(certificate=certificate, reason=REASON, by=team.certifier)
    other = second_certifier(team)
    certifying.decline_revocation(certificate=certificate, reason="复核后认定成绩有效。", by=other)
    assert standing(certificate) == Standing.VALID
    certifying.ask_revocation(certificate=certificate, reason=REASON, by=other)
    assert events("certificate.revocation_declined") == 1


def test_correction_supersedes_and_links_both(team, certificate):
    new = certifying.reissue_certificate(
        certificate=certificate, holder="王示铭", reason="姓名录入有误。请更正。", by=team.certifier
    )
    old = Certificate.objects.get(pk=certificate.pk)
    assert old.superseded_by == new
    assert (standing(old), standing(new)) == (Standing.SUPERSEDED, Standing.VALID)
    facts = facts_of(new)
    assert (facts.holder, facts.supersedes) == ("王示铭", old.number)
    assert facts.expires_on == old.expires_on
    assert facts_of(old).holder == "王示明"


def test_correction_that_changes_nothing_is_refused(team, certificate):
    with pytest.raises(Denied) as refusal:
        certifying.reissue_certificate(
            certificate=certificate, holder="王示明", reason=REASON, by=team.certifier
        )
    assert refusal.value.code == "certificate.same"
    assert Serial.objects.get().last == 1
    assert standing(certificate) == Standing.VALID


def test_expired_certificate_cannot_be_corrected(team, certificate):
    with clock.at(DAY + timedelta(days=1200)), pytest.raises(Denied) as refusal:
        certifying.reissue_certificate(
            certificate=certificate, holder="王示", reason=REASON, by=team.certifier
        )
    assert refusal.value.code == "certificate.not_valid"


def test_nobody_acts_on_a_certificate_from_outside(team, certificate):
    stranger = make_team().certifier
    for by in (stranger, team.teacher, team.coordinator, certificate.holder):
        with pytest.raises(Denied):
            certifying.suspend_certificate(certificate=certificate, reason=REASON, by=by)


# --- a worker that dies -------------------------------------------------------------------------


def test_dead_workers_job_is_taken_up_and_a_living_ones_is_not():
    job = Job.objects.create(kind="test", label="示例")
    first = queue.take_job(job.pk)
    assert (first.state, first.runs) == (Job.State.RUNNING, 1)
    assert queue.take_job(job.pk) is None
    Job.objects.filter(pk=job.pk).update(beat_at=first.beat_at - queue.LEASE - queue.BEAT)
    second = queue.take_job(job.pk)
    assert second.runs == 2
    assert second.lease != first.lease
    with pytest.raises(queue.LeaseLost):
        Progress(first).step(1, 2)


def test_job_that_kills_its_workers_is_given_up():
    job = Job.objects.create(kind="test", label="示例", runs=queue.RUNS_MAX)
    assert queue.take_job(job.pk) is None
    job.refresh_from_db()
    assert (job.state, len(job.faults)) == (Job.State.FAILED, 1)
