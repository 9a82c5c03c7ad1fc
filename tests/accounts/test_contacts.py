import pytest
from django.urls import reverse

from portal.accounts.enums import Role
from portal.accounts.models import Organisation
from portal.accounts.rules.personal import contact_for, may_call, only_observes
from portal.core.contacts import masked
from tests.factories.accounts import (
    make_administrator,
    make_member,
    make_organisation,
    make_secretariat,
    make_user,
)
from tests.factories.courses import make_enrolment, make_run
from tests.factories.showcase import complete_data, make_authority, make_submission

MOBILE, EMAIL = "13812345678", "zhaolian@example.org"
SEEN, MASKED, HIDDEN = (True, True), (False, True), (False, False)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (MOBILE, "138****5678"),
        ("138 1234 5678", "138****5678"),
        (EMAIL, "z***@example.org"),
        ("赵 <zhaolian@mail.example.org>, 13812345678", "赵 <z***@mail.example.org>, 138****5678"),
        ("010-12345678", "010-****678"),
        ("91110108551385082Q", "91110108551385082Q"),
        ("", ""),
    ],
)
def test_a_contact_is_masked_so_that_it_can_be_told_but_not_used(text, shown):
    assert masked(text) == shown


@pytest.fixture
def entry(db):
    home, authority = make_organisation(), make_authority()
    partner = make_organisation()
    data = complete_data(home, **{"ct.mobile": MOBILE, "ct.email": EMAIL, "ct.name": "赵联系"})
    data["partners"] = [{"uscc": partner.uscc, "name": partner.name, "role": "现场验证"}]
    submission = make_submission(
        applicant=home, data=data, state="submitted", authority=authority, attachments=True
    )
    submission.people = {
        "applicant": make_member(Role.APPLICANT, home),
        "recommender": make_member(Role.RECOMMENDER, authority),
        "partner": make_member(Role.APPLICANT, partner),
        "secretariat": make_secretariat(),
        "observer": make_member(
            Role.OBSERVER, make_organisation(kind=Organisation.Kind.SECRETARIAT)
        ),
    }
    return submission


@pytest.mark.parametrize(
    ("role", "sees"),
    [
        ("applicant", SEEN),
        ("recommender", SEEN),
        ("secretariat", SEEN),
        ("partner", MASKED),
        ("observer", HIDDEN),
    ],
)
def test_an_application_shows_its_contact_to_who_must_call(client, entry, role, sees):
    client.force_login(entry.people[role])
    text = client.get(reverse("submission_detail", args=[entry.public_id])).text
    assert (MOBILE in text, "138" in text and "5678" in text) == sees
    assert (EMAIL in text, "@example.org" in text) in {sees, (sees[0], True)}
    assert ("赵联系" in text) == (role != "observer")


def test_an_observers_pdf_has_no_contact(client, entry):
    from tests.showcase.test_dossier import text_of

    client.force_login(entry.people["observer"])
    pdf = client.get(reverse("submission_pdf", args=[entry.public_id])).content
    assert (MOBILE in text_of(pdf), EMAIL in text_of(pdf)) == (False, False)


def test_colleagues_see_addresses_masked_and_administrators_whole(client, db):
    home = make_organisation()
    boss, colleague = make_administrator(home), make_member("applicant", home)
    other = make_member("applicant", home, email="hidden@example.org")
    client.force_login(colleague)
    url = reverse("organisation_detail", args=[home.public_id])
    text = client.get(url).text
    assert (other.email in text, "h***@example.org" in text, colleague.email in text) == (
        False,
        True,
        True,
    )
    client.force_login(boss)
    assert other.email in client.get(url).text


def test_an_observer_sees_no_learners_contact(client, db, entry):
    one = make_enrolment(make_run(), learner=make_user(email="learner@example.org"))
    one.mobile = MOBILE
    one.save()
    client.force_login(entry.people["observer"])
    text = client.get(reverse("run_enrolments", args=[one.run.public_id])).text
    assert (one.learner.name in text, "138" in text and "5678" in text) == (True, False)
    assert "@example.org" not in text.replace(entry.people["observer"].email, "")


def test_the_rule_says_who_calls(db):
    clerk, home = make_secretariat(), make_organisation()
    member, stranger = make_member("applicant", home), make_user()
    assert [may_call(one, home.pk) for one in (clerk, member, stranger)] == [True, True, False]
    assert (only_observes(clerk), only_observes(stranger)) == (False, False)
    assert contact_for(stranger, MOBILE, home.pk) == "138****5678"
