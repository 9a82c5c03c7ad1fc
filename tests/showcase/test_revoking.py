import pytest
from django.urls import reverse

from evaluation.services.publishing import announce
from portal.accounts.enums import Role
from portal.core import clock
from portal.core.denials import Denied
from portal.core.models import AuditEvent, Notification
from showcase.lifecycle import SubmissionState
from showcase.models import Demonstration, SolutionPage
from showcase.services.revoking import ask_revocation, confirm_revocation, decline_revocation
from tests.factories.accounts import make_member, make_secretariat
from tests.factories.rankings import make_notice

pytestmark = pytest.mark.django_db
REASON = "验收材料经查证不属实，撤销其称号。"


@pytest.fixture
def term():

    notice = make_notice()
    with clock.at(notice.closes_at):
        announce(notice, by=make_secretariat())
    return Demonstration.objects.get()


def refused(deed, term, **facts):
    with pytest.raises(Denied) as denied:
        deed(term, **facts)
    return denied.value.code


def test_revocation_is_asked_by_one_and_confirmed_by_another(term):
    first, second = make_secretariat(), make_secretariat()
    asked = ask_revocation(term, reason=f"  {REASON} ", by=first)
    assert SolutionPage.objects.get().revoked_on is None
    assert refused(ask_revocation, term, reason=REASON, by=second) == "revocation.asked"
    assert refused(confirm_revocation, asked, by=first) == "revocation.same_person"
    assert refused(decline_revocation, asked, by=first) == "revocation.same_person"
    entry = confirm_revocation(asked, by=second)
    page = SolutionPage.objects.get()
    assert (entry.state, page.revoked_on, page.revoked_reason) == (
        SubmissionState.REVOKED,
        clock.today(),
        REASON,
    )
    events = AuditEvent.objects.filter(action__startswith="submission.revo").order_by("seq")
    assert [(one.action, one.actor) for one in events] == [
        ("submission.revocation_asked", first),
        ("submission.revoked", second),
    ]
    assert Notification.objects.filter(kind="submission.revoked").count() == 1


def test_declined_request_leaves_the_listing_and_can_be_made_again(term):
    first, second = make_secretariat(), make_secretariat()
    ask_revocation(term, reason=REASON, by=first)
    decline_revocation(term, by=second)
    term.refresh_from_db()
    assert (term.revocation_asked_by, term.revocation_reason) == (None, "")
    assert refused(confirm_revocation, term, by=second) == "revocation.not_asked"
    ask_revocation(term, reason=REASON, by=second)
    confirm_revocation(term, by=first)


@pytest.mark.parametrize("reason", ["", "太短", "长" * 201])
def test_revocation_needs_a_reason_the_public_can_read(term, reason):
    assert refused(ask_revocation, term, reason=reason, by=make_secretariat()) == (
        "revocation.reason"
    )


@pytest.mark.parametrize("role", [role for role in Role if role != Role.SECRETARIAT])
def test_nobody_but_the_secretariat_revokes(term, role):
    assert refused(ask_revocation, term, reason=REASON, by=make_member(role)) == "listing.role"


def test_broken_record_leaves_page_and_state_as_they_were(term, monkeypatch):
    ask_revocation(term, reason=REASON, by=make_secretariat())

    def broken(*args, **kwargs):
        raise OSError("disk full")

    monkeypatch.setattr(AuditEvent, "save", broken)
    with pytest.raises(OSError):
        confirm_revocation(term, by=make_secretariat())
    term.submission.refresh_from_db()
    assert (term.submission.state, SolutionPage.objects.get().revoked_on) == (
        SubmissionState.LISTED,
        None,
    )


def test_two_people_revoke_on_the_page(term, client):
    url = reverse("listing_revoke", args=[term.submission.public_id])
    first, second = make_secretariat(), make_secretariat()
    client.force_login(first)
    short = client.post(url, {"deed": "ask", "reason": "太短"})
    assert (short.status_code, "太短" in short.content.decode()) == (422, True)
    client.post(url, {"deed": "ask", "reason": REASON})
    own = client.get(url).content.decode()
    assert ('value="confirm"' in own, REASON in own) == (False, True)
    client.post(url, {"deed": "confirm"})
    term.submission.refresh_from_db()
    assert term.submission.state == SubmissionState.LISTED
    client.force_login(second)
    assert 'value="confirm"' in client.get(url).content.decode()
    client.post(url, {"deed": "confirm"})
    term.submission.refresh_from_db()
    assert term.submission.state == SubmissionState.REVOKED
    assert REASON in client.get(url).content.decode()
