"""Two people at the same moment; on SQLite they queue, on PostgreSQL they meet."""

from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from django.db import connections

from portal.accounts.enums import Role
from portal.accounts.models import Admission, Membership, Organisation
from portal.accounts.services import admitting, inviting
from portal.core.denials import Denied
from portal.core.models import AuditEvent
from tests.factories.accounts import (
    make_administrator,
    make_organisation,
    make_secretariat,
    make_uscc,
    make_user,
)

pytestmark = pytest.mark.django_db(transaction=True)


def together(*deeds: Callable[[], object]) -> list[str]:
    """Do everything at the same moment; return the outcomes, sorted."""
    barrier, outcomes = Barrier(len(deeds)), []

    def run(deed):
        try:
            barrier.wait(timeout=20)
            deed()
            outcomes.append("done")
        except Denied as refusal:
            outcomes.append(refusal.code)
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return sorted(outcomes)


def ask(user, code):
    return admitting.ask(uscc=code, name="示例单位", kind="enterprise", by=user)


def test_two_secretaries_confirm_two_registrants_of_one_code():
    code = make_uscc()
    requests = [ask(make_user(), code) for _each in range(2)]
    offices = [make_secretariat() for _each in range(2)]
    outcomes = together(
        *(
            lambda request=request, office=office: admitting.confirm(
                admission=request, by=office, role=Role.APPLICANT
            )
            for request, office in zip(requests, offices, strict=True)
        )
    )
    assert outcomes == ["done", "done"]
    flags = Membership.objects.filter(organisation__uscc=code)
    assert sorted(flags.values_list("is_administrator", flat=True)) == [False, True]
    assert Organisation.objects.filter(uscc=code).count() == 1


def test_confirming_and_refusing_one_request_at_once_decides_it_once():
    request, first, second = ask(make_user(), make_uscc()), make_secretariat(), make_secretariat()
    outcomes = together(
        lambda: admitting.confirm(admission=request, by=first, role=Role.APPLICANT),
        lambda: admitting.refuse(admission=request, by=second, reason="不符"),
    )
    assert len([one for one in outcomes if one == "done"]) == 1
    decided = AuditEvent.objects.filter(action__in=["admission.confirmed", "admission.refused"])
    assert decided.count() == 1


def test_a_double_click_leaves_one_request():
    user, code = make_user(), make_uscc()
    assert together(*[lambda: ask(user, code)] * 3) == ["done"] * 3
    assert Admission.objects.count() == 1


def test_an_invitation_opened_twice_at_once_gives_one_membership():
    organisation, newcomer = make_organisation(), make_user(email="new@example.org")
    invitation = inviting.invite(
        organisation=organisation,
        email=newcomer.email,
        role=Role.APPLICANT,
        by=make_administrator(organisation),
    )
    together(*[lambda: inviting.accept(token=invitation.token, by=newcomer)] * 3)
    assert Membership.objects.filter(user=newcomer).count() == 1
