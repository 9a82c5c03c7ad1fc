"""The demo's certificates: issued by the services, then suspended, revoked, reissued."""

from datetime import timedelta
from typing import Any

from courses.enums import DutyKind
from courses.models import Certificate, Run
from courses.queries.certificates import eligible
from courses.services.certifying import (
    ask_revocation,
    common_of,
    confirm_revocation,
    ensure_issuer,
    issue_certificate,
    reissue_certificate,
    suspend_certificate,
)
from portal.accounts.enums import Role
from portal.core import clock
from portal.demo.training.people import of_duty
from portal.demo.training.plans import Plan, at_hour

REVOKED = "经查，该学员的实践作品由他人代做，考试诚信承诺不成立。"
SUSPENDED = "正在核实一份实践作品的来源，核实期间暂停使用。"
CORRECTED = "姓名录入有误，按本人申请更正。"


def live_certificates(run: Run, plan: Plan) -> None:
    """Issue the run's certificates, then let life happen to those of the newer run."""
    first = of_duty(run, DutyKind.ISSUING, Role.CERTIFIER, 0)
    second = of_duty(run, DutyKind.ISSUING, Role.CERTIFIER, 1)
    with clock.at(at_hour(plan.ends_on + timedelta(days=9), 10)):
        ensure_issuer(run.duties.get(kind=DutyKind.ISSUING).organisation_id)
        common = common_of(run)
        for enrolment_id in list(eligible(run).values_list("pk", flat=True)):
            issue_certificate(enrolment_id=enrolment_id, common=common, by=first)
    if plan.tail != "old":
        live_on(run, plan, first, second)


def live_on(run: Run, plan: Plan, first: Any, second: Any) -> None:
    """Correct one certificate, suspend one, revoke one by two people."""
    correct, suspend, revoke = issued(run)[1], issued(run)[4], issued(run)[7]
    with clock.at(at_hour(plan.ends_on + timedelta(days=20), 11)):
        name = f"{correct.holder.name[:-2]}小示例"
        reissue_certificate(certificate=correct, holder=name, reason=CORRECTED, by=first)
    with clock.at(at_hour(plan.ends_on + timedelta(days=40), 15)):
        suspend_certificate(certificate=suspend, reason=SUSPENDED, by=first)
    with clock.at(at_hour(plan.ends_on + timedelta(days=45), 9)):
        ask_revocation(certificate=revoke, reason=REVOKED, by=first)
    with clock.at(at_hour(plan.ends_on + timedelta(days=47), 16)):
        confirm_revocation(certificate=revoke, by=second)


def issued(run: Run) -> list[Certificate]:
    """Return the run's first certificates by number."""
    rows = Certificate.objects.filter(enrolment__run=run, supersedes=None)
    return list(rows.select_related("holder").order_by("number"))
