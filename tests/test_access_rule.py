"""One access rule: what the sweep cannot see – how views read, public ids, defaults, `next`."""

import ast
import re
from pathlib import Path

import pytest
from django.test import Client
from django.urls import get_resolver, reverse
from django.urls.converters import IntConverter

from portal.accounts.enums import Role
from tests.access.roles import EVERYBODY
from tests.access.table import APART, ROUTES
from tests.accounts.test_signing_in import make_person
from tests.factories.accounts import PASSWORD, make_member, make_organisation
from tests.test_access_sweep import own_patterns, rows_of
from tests.test_architecture import ROOT

VIEW_ROOMS = ("showcase/views", "evaluation/views", "courses/views", "search")
VIEW_ROOMS += ("portal/accounts/views", "portal/core/views", "portal/outreach")
# Rows that belong to somebody: a view comes to them by visible rows or a named query only.
PROTECTED = {
    "AnswerRating",
    "Assignment",
    "Attachment",
    "Attempt",
    "AuditEvent",
    "Ballot",
    "BallotVersion",
    "ConflictFact",
    "Enrolment",
    "FormalCheck",
    "Mail",
    "Membership",
    "Notification",
    "Objection",
    "PeopleList",
    "PracticeWork",
    "PrivateFile",
    "Recommendation",
    "Revision",
    "Submission",
    "User",
}
# What begins a permitted read: rows that the reader may see, or their own.
ASKED = {"visible_to", "of", "waiting"}
# Reads that are narrowed in the same statement or by what was found before; each with its reason.
EXPLAINED = {
    "evaluation/views/notices.py:Objection": "public receipt, found by two ids that are random",
    "evaluation/views/panels.py:Assignment": "inside a round that the office found",
    "courses/views/roster.py:PrivateFile": "filtered by uploader or by the run in the same line",
    "courses/views/marking.py:PracticeWork": "of the runs this person examines",
    "courses/views/practice.py:PracticeWork": "of the enrolment or the runs found before",
    "showcase/views/sheets.py:PrivateFile": "the reader's own upload",
    "courses/views/marking.py:Attempt": "of an examination that this person examines",
    "courses/views/exams.py:Attempt": "of an examination that was found by the rule",
    "portal/accounts/views/organisations.py:Membership": "of an organisation found as managed",
    "portal/accounts/views/intake.py:PeopleList": "after check_may_import, which sees all lists",
}


def reads_in(path: Path) -> list[tuple[str, str]]:
    """Return (model, next call) of every `Model.objects.…` and get_object_or_404(Model, …)."""
    found = []
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Attribute):
            inner = node.value
            if inner.attr == "objects" and isinstance(inner.value, ast.Name):
                found.append((inner.value.id, node.attr))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "get_object_or_404":
            first = node.args[0]
            if isinstance(first, ast.Name):
                found.append((first.id, "get"))
    return found


def view_files() -> list[Path]:
    found = [path for room in VIEW_ROOMS for path in (ROOT / room).rglob("*.py")]
    return sorted(
        path
        for path in found
        if not {"migrations", "models", "services", "queries", "management"} & set(path.parts)
    )


def test_views_read_protected_rows_through_the_access_rule():
    wrong = set()
    for path in view_files():
        for model, following in reads_in(path):
            if model in PROTECTED and following not in ASKED:
                wrong.add(f"{path.relative_to(ROOT).as_posix()}:{model}")
    assert wrong - set(EXPLAINED) == set(), "read these by .visible_to(user) or a named query"
    assert set(EXPLAINED) - wrong == set(), "an explanation without a read"


def test_every_address_asks_for_a_sign_in_unless_listed_as_public():
    """Deny by default: the table's rows for everybody are the only ones open to a stranger."""
    public = {
        name
        for name in ROUTES
        if any((row.get or row.post or frozenset()) == EVERYBODY for row in rows_of(name))
    }
    client = Client()
    open_ones = set()
    for pattern in own_patterns(get_resolver().url_patterns):
        name = str(pattern.name)
        if name in public | APART:
            continue
        arguments = {
            key: 1 if isinstance(converter, IntConverter) else "z" * 12
            for key, converter in pattern.pattern.converters.items()
        }
        for method in (client.get, client.post):
            answer = method(reverse(name, kwargs=arguments))
            asks = answer.status_code == 302 and "/accounts/login/" in answer.headers["location"]
            if not asks and answer.status_code != 405:
                open_ones.add(f"{name}: {answer.status_code}")
    assert open_ones == set()


# Numbers that name nothing private: a version of a text its reader sees, a public status list.
NUMBERS = {"submission_revision": "number", "credential_status": "number"}


def test_no_address_of_a_private_object_counts():
    counting = {
        str(pattern.name): key
        for pattern in own_patterns(get_resolver().url_patterns)
        for key, converter in pattern.pattern.converters.items()
        if isinstance(converter, IntConverter)
    }
    assert counting == NUMBERS


@pytest.mark.django_db
def test_links_of_work_pages_name_no_row_by_its_number():
    office = make_organisation(kind="secretariat")
    client = Client()
    client.force_login(make_member(Role.SECRETARIAT, office))
    for name in ("office_home", "registration_list", "office_organisations", "role_list"):
        text = client.get(reverse(name)).content.decode()
        links = re.findall(r'(?:href|action)="(/[^"?#]*)', text)
        numbered = [link for link in links if re.search(r"/\d+/", link)]
        assert numbered == []


# --- next ----------------------------------------------------------------------

ELSEWHERE = [
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example",
    "\\\\evil.example",
    "https:///evil.example",
    "javascript:alert(1)",
    " https://evil.example/",
    "http:evil.example",
]


def doors(client: Client, target: str) -> list[str]:
    """Go through every place that takes `next`; return where each leads."""
    place = make_organisation()
    user = make_member(Role.APPLICANT, place)
    found = [
        client.post(
            f"/accounts/login/?next={target}",
            {"login": user.email, "password": PASSWORD, "next": target},
        ),
        client.get(reverse("second_factor_needed"), {"next": target}),
        client.post(
            reverse("organisation_switch"), {"organisation": place.public_id, "next": target}
        ),
        client.post("/i18n/setlang/", {"language": "en", "next": target}),
        client.post("/accounts/logout/", {"next": target}),
        client.get(reverse("cms_login"), {"next": target}),
        client.get("/accounts/signup/", {"next": target}),
    ]
    return [answer.headers.get("location", "") for answer in found]


@pytest.mark.django_db
@pytest.mark.parametrize("target", ELSEWHERE)
def test_no_next_leads_to_another_site(client, target):
    places = doors(client, target)
    assert [place for place in places if not place.startswith("/") and place] == []
    assert [place for place in places if place.startswith(("//", "/\\"))] == []
    assert [place for place in places if "evil" in place.partition("?")[0]] == []


# --- fixation ----------------------------------------------------------------------


@pytest.mark.django_db
def test_a_key_planted_before_sign_in_is_worth_nothing_after():
    user = make_person()
    planted = Client()
    planted.get("/accounts/login/")
    session = planted.session
    session["planted"] = "yes"
    session.save()
    key = session.session_key
    victim = Client()
    victim.cookies["sessionid"] = key
    victim.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    thief = Client()
    thief.cookies["sessionid"] = key
    assert thief.get(reverse("profile_edit")).status_code == 302
    assert victim.get(reverse("profile_edit")).status_code == 200
