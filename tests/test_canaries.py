"""Planted names that must never arrive: every byte of every page somebody can reach by links.

Each person starts at the home page and at their workspace and follows links two steps deep;
workbooks are unpacked, mails and notices are read. The secretariat sees every canary, which
proves that they are alive.
"""

import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from django.db import transaction
from django.urls import reverse

from evaluation.models import Expert, Objection
from portal.accounts.models import User
from portal.core.models import Mail, Notification
from showcase.models import Submission
from tests.access.world import World
from tests.factories.showcase import complete_data, make_recommendation, make_submission

pytestmark = [pytest.mark.django_db, pytest.mark.either(whole=True)]
CONTACTS = {
    "ct.name": "金丝雀联系人",
    "ct.mobile": "13877770001",
    "ct.email": "canary-contact@example.org",
    "org.legal_rep": "金丝雀法人",
}
DRAFT = "金丝雀草稿题目"
OBJECTOR = ["金丝雀异议人", "13877770002"]
LINK = re.compile(r'(?:href|src|action)="([^"#]+)"')
DEPTH, PAGES_MAX = 2, 260
# A list sorted and narrowed in every way is one page: so many of its addresses are followed.
WAYS_MAX = 3
LEFT_OUT = ("/static/", "/admin/", "/accounts/", "/styleguide/", "/i18n/")
OUTSIDERS = ["anonymous", "person", "other applicant", "other recommender"]
PANEL = ["expert", "undeclared expert", "other expert", "chair"]


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """The world of the sweep with canaries in it, rolled back at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        made = World()
        plant(made)
        yield made
        transaction.set_rollback(True)


def plant(world: World) -> None:
    """Put the canaries where names, contacts and drafts are kept."""
    for expert in Expert.objects.select_related("user"):
        User.objects.filter(pk=expert.user_id).update(
            name=f"金丝雀专家{expert.pk:04d}", email=f"canary-expert-{expert.pk:04d}@example.org"
        )
    far = world.far.parties  # their own contacts are theirs to see
    people = User.objects.filter(memberships__role="applicant").exclude(pk=far.applicant.pk)
    for person in people:
        User.objects.filter(pk=person.pk).update(email=f"canary-person-{person.pk}@example.org")
    for entry in Submission.objects.exclude(applicant=far.organisation):
        entry.data |= CONTACTS
        entry.save(update_fields=["data"])
        entry.revisions.update(data=entry.data)
    case = world.own
    data = complete_data(case.parties.organisation, pj_title=DRAFT)
    draft = make_submission(
        case.waiting.round, case.parties.organisation, data=data, authority=case.parties.authority
    )
    make_recommendation(draft, sent_at=None)
    Objection.objects.update(objector=OBJECTOR[0], contact=OBJECTOR[1])


def expert_canaries(*, but: User | None = None) -> list[str]:
    """Names and addresses of all experts, without a person's own."""
    experts = Expert.objects.select_related("user").exclude(user=but)
    return [text for one in experts for text in (one.user.name, one.user.email)]


def crawled(world: World, role: str) -> dict[str, str]:
    """Return everything a person receives, as text by address; each person is followed once."""
    if role not in world.received:
        world.received[role] = crawl(world, role)
    return world.received[role]


def crawl(world: World, role: str) -> dict[str, str]:
    """Follow one person's links, then read their mails and notices."""
    client, person = world.clients[role], world.people[role]
    waiting, seen, ways = [("/", 0)], {}, Counter[str]()
    if person is not None:
        waiting += [(reverse("workspace"), 0), (reverse("notification_list"), 0)]
    while waiting and len(seen) < PAGES_MAX:
        url, depth = waiting.pop(0)
        path = urlsplit(url).path
        if url in seen or ways[path] >= WAYS_MAX:
            continue
        ways[path] += 1
        response = client.get(url)
        seen[url] = text_of(response)
        if response.status_code in {301, 302}:
            waiting.insert(0, (urljoin(url, response.headers["location"]), depth))
        elif depth < DEPTH:
            waiting += [(link, depth + 1) for link in links_of(url, seen[url])]
    if person is not None:
        for one in Mail.objects.filter(notification__recipient=person):
            seen[f"mail {one.pk}"] = f"{one.subject} {one.body}"
        for note in Notification.objects.filter(recipient=person):
            seen[f"notice {note.pk}"] = f"{note.subject} {note.body} {note.url}"
    return seen


def text_of(response: Any) -> str:
    """The answer as text: headers and body, a workbook unpacked."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    if zipfile.is_zipfile(io.BytesIO(body)):
        with zipfile.ZipFile(io.BytesIO(body)) as book:
            body = b"\n".join(book.read(name) for name in book.namelist())
    return f"{response.headers} {body.decode(errors='replace')}"


def links_of(url: str, text: str) -> list[str]:
    """The addresses of this site that a page names."""
    found = (urldefrag(urljoin(url, unescape(link)))[0] for link in LINK.findall(text))
    return [one for one in dict.fromkeys(found) if one[0] == "/" and not one.startswith(LEFT_OUT)]


def arrivals(received: dict[str, str], canaries: list[str]) -> list[str]:
    return [f"{one} at {url}" for url, text in received.items() for one in canaries if one in text]


def test_canaries_are_alive(world):
    received = crawled(world, "secretariat")
    planted = [expert_canaries(), [CONTACTS["ct.mobile"]], [OBJECTOR[0]]]
    assert [arrivals(received, canaries) != [] for canaries in planted] == [True] * 3
    assert arrivals(crawled(world, "applicant"), [DRAFT]) != []


@pytest.mark.parametrize(
    ("role", "page"),
    [
        ("applicant", "submission_detail"),
        ("recommender", "submission_detail"),
        ("expert", "desk_ballot"),
        ("chair", "desk_chair"),
        ("observer", "panel_board"),
        ("anonymous", "notice_detail"),
    ],
)
def test_links_lead_where_canaries_could_arrive(world, role, page):
    case = world.own
    places = {
        "submission_detail": [case.waiting.public_id],
        "desk_ballot": [case.seat.public_id],
        "desk_chair": [],
        "panel_board": [case.judged.round.code],
        "notice_detail": [case.notice.public_id],
    }
    assert reverse(page, args=places[page]) in crawled(world, role)


@pytest.mark.parametrize(
    "role", ["applicant", "partner", "recommender", "editor", *OUTSIDERS, *PANEL]
)
def test_nobody_outside_the_office_learns_who_judges(world, role):
    received = crawled(world, role)
    assert arrivals(received, expert_canaries(but=world.people[role])) == []


@pytest.mark.parametrize("role", [*OUTSIDERS, *PANEL, "editor"])
def test_contacts_of_applicants_reach_neither_experts_nor_the_public(world, role):
    assert arrivals(crawled(world, role), [*CONTACTS.values(), "canary-person-"]) == []


@pytest.mark.parametrize("role", ["recommender", "editor", *OUTSIDERS, *PANEL])
def test_title_of_a_draft_reaches_nobody_but_its_parties(world, role):
    assert arrivals(crawled(world, role), [DRAFT]) == []


@pytest.mark.parametrize(
    "role", ["applicant", "partner", "recommender", "observer", "editor", *OUTSIDERS, *PANEL]
)
def test_who_objected_stays_with_the_secretariat(world, role):
    assert arrivals(crawled(world, role), OBJECTOR) == []
