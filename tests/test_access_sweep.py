"""Every address × every role × method × own, far, crossed and missing objects × phase.

The addresses come from the resolver, the expectations from tests/access/table.py. Each cell runs
in a savepoint of one shared database; a POST by who may not act must leave every table as it was.
The page for what is missing is rendered once for each reader and reason: it is a function of these
(test_missing_page_depends_on_its_reader_only), and rendering it was half of the time.
"""

import logging
import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.views.defaults import page_not_found

import portal.urls
from portal.accounts.models import User
from tests.access.roles import NOBODY, ROLES, SIGNED_IN, of_far_case
from tests.access.table import APART, ROUTES, Row
from tests.access.world import PHASES, World
from tests.factories.showcase import PDF
from tests.figures import FIGURES

# Each test's own transaction lies inside the world's; without the mark no test database is made.
# A cell costs half as much again on PostgreSQL: SQLite has more of them, and both take as long.
pytestmark = [pytest.mark.django_db, pytest.mark.either(share=0.63)]
OWN_PACKAGES = ("portal", "showcase", "evaluation", "courses", "search")
SIGN_IN = "/accounts/login/?next="
COUNTED = [("core", "AuditEvent"), ("core", "Notification"), ("core", "Mail"), ("core", "Job")]
COUNTED += [("showcase", "Revision"), ("showcase", "Attachment"), ("evaluation", "BallotVersion")]
COUNTED += [
    ("core", "PrivateFile"),
    ("core", "UploadPart"),
    ("accounts", "Membership"),
    ("accounts", "Admission"),
    ("evaluation", "Assignment"),
]
COUNTED += [("courses", "Enrolment"), ("courses", "Attempt"), ("courses", "Certificate")]
COUNTED += [("accounts", "Invitation")]
TOKEN = re.compile(rb'(?:csrfmiddlewaretoken" value|nonce)="[^"]+"')
cells: dict[str, int] = {}


def own_patterns(patterns: Any) -> Iterator[URLPattern]:
    """Every pattern whose view is written in this project."""
    for one in patterns:
        if isinstance(one, URLResolver):
            yield from own_patterns(one.url_patterns)
        elif one.callback.__module__.split(".")[0] in OWN_PACKAGES:
            yield one


def own_names() -> list[str]:
    return [str(pattern.name) for pattern in own_patterns(get_resolver().url_patterns)]


def rows_of(name: str) -> list[Row]:
    rows = ROUTES.get(name, [])
    return rows if isinstance(rows, list) else [rows]


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """One world for all cells, rolled back at the end; cells undo themselves."""
    with django_db_blocker.unblock(), transaction.atomic(), pytest.MonkeyPatch.context() as patch:
        world = World()
        patch.setattr(portal.urls, "handler404", MissingPage(), raising=False)
        logging.disable(logging.WARNING)  # each of the thousands of refusals would be kept
        yield world
        logging.disable(logging.NOTSET)
        transaction.set_rollback(True)


class MissingPage:
    """Django's own page for what is missing, rendered once for each reader and reason."""

    def __init__(self) -> None:
        self.bodies: dict[tuple[Any, ...], bytes] = {}

    def __call__(self, request: HttpRequest, exception: Exception) -> HttpResponse:
        key = (request.user.pk, str(exception) if exception.args else "", request.path == "/")
        if key not in self.bodies:
            self.bodies[key] = plain(page_not_found(request, exception), request.path)
        return HttpResponse(self.bodies[key], status=404)


@pytest.fixture(scope="module", autouse=True)
def told(django_db_setup: None) -> Iterator[None]:
    """Say in the summary how many cells were run, and in how many seconds once the tables stood."""
    started = time.monotonic()
    yield
    FIGURES["access sweep, cells"].update(cells)
    FIGURES["access sweep, seconds"][connection.vendor] += round(time.monotonic() - started)


def test_every_address_has_a_row():
    missing = sorted(set(own_names()) - set(ROUTES) - APART)
    assert missing == [], (
        f"No row in tests/access/table.py for: {', '.join(missing)}. Say there who may GET and "
        "POST each new address; everybody else must get 404."
    )
    gone = sorted(set(ROUTES) - set(own_names()))
    assert gone == [], f"tests/access/table.py has rows for addresses that are no more: {gone}"


@pytest.mark.parametrize("name", ROUTES)
def test_address_answers_those_who_may(world, name):
    problems = [
        problem
        for row in rows_of(name)
        for method in ("GET", "POST")
        for problem in sweep(world, name, row, method)
    ]
    assert problems == [], "\n".join(problems)


def sweep(world: World, name: str, row: Row, method: str) -> Iterator[str]:
    """Try one row's address with one method as everybody; yield what is wrong."""
    allowed = row.get if method == "GET" else row.post
    variants, before = world.variants(row.ids), state_of_tables()
    for role in ROLES:
        bodies: dict[str, bytes] = {}
        for kind, arguments in variants.items():
            if kind != "own" and (allowed is None or is_idle(row, role, kind)):
                continue
            url = reverse(name, args=arguments)
            with transaction.atomic():
                response = send(world, role, method, url, row)
                after = state_of_tables()
                bodies[kind] = plain(response, url)
                transaction.set_rollback(True)
            cells[method] = cells.get(method, 0) + 1
            fault = fault_of(row, method, role, kind, response)
            acts = method == "POST" and role in actors(row, kind)
            if not fault and before != after and not acts:
                fault = f"changed the tables: {before} → {after}"
            if fault:
                yield f"{method} {url} ({kind}) as {role}: {fault}"
        yield from different(name, method, role, row, bodies)


def is_idle(row: Row, role: str, kind: str) -> bool:
    """Say whether an object would tell nothing more than the own one.

    A mixed address does not where its first part is closed to this role; the far one does not to
    who has no business with either: to them the own one is a stranger's object already.
    """
    near = (row.get or NOBODY) | (row.post or NOBODY) | row.knows | row.refused
    if kind == "far":
        return role not in near | of_far_case(near)
    return kind in {"crossed", "gone"} and role not in near


def send(world: World, role: str, method: str, url: str, row: Row) -> HttpResponse:
    return send_by(world.clients[role], method, url, row)


def send_by(client: Client, method: str, url: str, row: Row) -> HttpResponse:
    client.cookies.pop("messages", None)
    if method == "GET":
        return client.get(url)
    body = dict(row.body)
    if "file" in body:
        body["file"] = SimpleUploadedFile("证明.pdf", PDF)
    return client.post(url, body)


def state_of_tables() -> tuple[int, ...]:
    """How many rows there are of everything a service writes, in one query."""
    tables = (apps.get_model(*name)._meta.db_table for name in COUNTED)
    counts = ", ".join(f"(SELECT count(*) FROM {table})" for table in tables)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {counts}")
        return tuple(cursor.fetchone())


def plain(response: HttpResponse, url: str) -> bytes:
    """The body without what names the address itself or changes with every answer."""
    if getattr(response, "streaming", False):
        return b"".join(response.streaming_content)
    body = response.content.replace(url.encode(), b"URL")
    return TOKEN.sub(b"TOKEN", body)


def of_kind(roles: frozenset[str], kind: str) -> frozenset[str]:
    """Return who of those who may reach the own object reaches an object of this kind."""
    if kind == "own":
        return roles
    return of_far_case(roles) if kind == "far" else NOBODY


def actors(row: Row, kind: str) -> frozenset[str]:
    return of_kind(row.post or NOBODY, kind)


def fault_of(row: Row, method: str, role: str, kind: str, response: HttpResponse) -> str:
    """Say what is wrong with one answer, or nothing."""
    status = response.status_code
    allowed = row.get if method == "GET" else row.post
    if status >= 500:
        return f"{status}"
    if allowed is None:
        refused = status in {403, 404, 405} or is_sign_in(response)
        return "" if refused else f"{status}, but this address does not take {method}"
    if role in of_kind(allowed, kind):
        through = status not in {403, 404, 405} and not is_sign_in(response)
        return "" if through else f"{status}, but this role may"
    if role == "anonymous":
        is_public = allowed | (row.get or NOBODY) > SIGNED_IN
        right = status == 404 if is_public else is_sign_in(response)
        return "" if right else f"{status} instead of the way to the sign-in"
    if method == "POST" and role in of_kind(row.knows, kind):
        return ""
    if role in row.refused and kind in {"own", "far"}:
        wanted = {403} if kind == "own" else {403, 404}
        return "" if status in wanted else f"{status} instead of 403"
    return "" if status == 404 else f"{status} instead of 404"


def is_sign_in(response: HttpResponse) -> bool:
    return response.status_code == 302 and response.headers["location"].startswith(SIGN_IN)


def different(
    name: str, method: str, role: str, row: Row, bodies: dict[str, bytes]
) -> Iterator[str]:
    """Yield where what is forbidden answers otherwise than what does not exist."""
    near = (row.get or NOBODY) | (row.post or NOBODY) | row.knows
    pairs = [("crossed", "gone")]
    if role not in near | row.refused:
        pairs.append(("own", "missing"))
    if role not in of_far_case(near) | row.refused:
        pairs.append(("far", "missing"))
    for one, other in pairs:
        if one in bodies and other in bodies and bodies[one] != bodies[other]:
            sizes = len(bodies[one]), len(bodies[other])
            yield f"{method} {name} as {role}: {one} and {other} answer differently {sizes}"


@pytest.mark.parametrize("role", ROLES)
def test_content_management_is_for_editors(world, role):
    with transaction.atomic():
        for method in ("get", "post"):
            response = getattr(world.clients[role], method)("/admin/", follow=method == "get")
            cells["CMS"] = cells.get("CMS", 0) + 1
            if role in {"editor", "system administrator"}:
                assert response.status_code in {200, 405}
            else:
                seen = getattr(response, "redirect_chain", None)
                assert (response.status_code != 200) or (role == "anonymous" and bool(seen))
                assert b"wagtail-icon" not in response.content
        transaction.set_rollback(True)
    cache.clear()


# --- methods nobody uses -------------------------------------------------------------------------

# Anonymous, a stranger, and who may do most: the office and the applicant.
FEW = ("anonymous", "person", "applicant", "secretariat")
UNUSED = ("put", "patch", "delete")


@pytest.mark.parametrize("method", UNUSED)
def test_other_methods_change_nothing(world, method):
    """No view knows these methods, so one stands for all: each address meets each method and each
    of these people, but not every pair of the two.
    """
    problems = []
    before = state_of_tables()
    rows = [(name, row) for name in ROUTES for row in rows_of(name)]
    for place, (name, row) in enumerate(rows):
        url = reverse(name, args=world.own.ids(row.ids))
        for role in FEW[(place + UNUSED.index(method)) % 3 :: 3]:
            with transaction.atomic():
                response = getattr(world.clients[role], method)(url)
                after = state_of_tables()
                transaction.set_rollback(True)
            cells[method.upper()] = cells.get(method.upper(), 0) + 1
            may_read = role in (row.get or NOBODY) | (row.post or NOBODY)
            if (
                response.status_code >= 500
                or before != after
                or (response.status_code < 300 and not may_read)
            ):
                problems.append(f"{method} {url} as {role}: {response.status_code}")
    assert problems == [], "\n".join(problems)


# --- without the token ----------------------------------------------------------------------------


def test_every_post_without_the_token_is_refused(world):
    problems = []
    before = state_of_tables()
    for name in ROUTES:
        for row in rows_of(name):
            if row.post is None:
                continue
            url = reverse(name, args=world.own.ids(row.ids))
            role = next(iter(sorted(row.post)), "person")
            client = Client(enforce_csrf_checks=True, raise_request_exception=False)
            client.cookies = world.clients[role].cookies.copy()
            with transaction.atomic():
                response = send_by(client, "POST", url, row)
                after = state_of_tables()
                transaction.set_rollback(True)
            cells["CSRF"] = cells.get("CSRF", 0) + 1
            is_refused = response.status_code == 403 and "403_csrf.html" in names_of(response)
            if before != after or not is_refused:
                problems.append(f"{url} as {role}: {response.status_code}")
    assert problems == [], "\n".join(problems)


def names_of(response: Any) -> set[str]:
    return {one.name for one in response.templates if one.name}


# --- phases ---------------------------------------------------------------------------------------

OF_AN_ENTRY = {"returned", "returned section", "returned code", "waiting", "checked"}
OF_A_ROUND = {"round", "recommending round", "ranked"}
STRANGERS = ("anonymous", "other applicant", "other expert", "learner", "system administrator")
INSIDERS = ("applicant", "partner", "recommender", "secretariat", "observer", "expert")
BEFORE_IT_IS_HANDED_IN = {"applicant", "partner"}


@pytest.mark.parametrize("phase", PHASES)
def test_no_phase_opens_an_address_to_strangers(world, phase):
    problems = []
    entry = world.in_phases()[phase]
    for name in ROUTES:
        for row in rows_of(name):
            if row.ids in OF_AN_ENTRY | OF_A_ROUND:
                first = entry.public_id if row.ids in OF_AN_ENTRY else entry.round.code
                url = reverse(name, args=(first, *world.own.ids(row.ids)[1:]))
                problems += faults_in_phase(world, row, phase, url)
    assert problems == [], "\n".join(problems)


def faults_in_phase(world: World, row: Row, phase: str, url: str) -> Iterator[str]:
    """Yield where somebody without business here gets through, or anybody breaks a page."""
    near = (row.get or NOBODY) | (row.post or NOBODY) | row.knows
    if phase == "before" and row.ids in OF_AN_ENTRY:
        near &= BEFORE_IT_IS_HANDED_IN
    before = state_of_tables()
    methods = [m for m, roles in (("GET", row.get), ("POST", row.post)) if roles is not None]
    for role in STRANGERS + INSIDERS:
        for method in methods:
            with transaction.atomic():
                response = send(world, role, method, url, row)
                after = state_of_tables()
                transaction.set_rollback(True)
            cells["phases"] = cells.get("phases", 0) + 1
            is_shut = response.status_code == 404 or is_sign_in(response)
            is_open = near > SIGNED_IN
            if response.status_code >= 500 or (
                role not in near and not is_open and (not is_shut or before != after)
            ):
                yield f"{method} {url} ({phase}) as {role}: {response.status_code}"


# --- what the sweep rests on ----------------------------------------------------------------------


@pytest.mark.parametrize("role", ["anonymous", "applicant", "secretariat", "learner"])
def test_missing_page_depends_on_its_reader_only(world, role):
    bodies = set()
    for path, words in (("/a/b/", "No Run matches the given query."), ("/c/d/", "Niemand")):
        request = RequestFactory().get(path)
        user = world.people[role]
        request.user = user if isinstance(user, User) else AnonymousUser()
        request.session = world.clients[role].session
        bodies.add(plain(page_not_found(request, Http404(words)), path))
    assert len(bodies) == 1


def test_forbidden_and_missing_cost_the_same_statements(world):
    """Time tells nothing either: both end at the same look-up, whatever is there."""
    unequal = []
    for name in ("submission_detail", "organisation_detail", "certificate_detail", "job_detail"):
        (row,) = rows_of(name)
        gone = reverse(name, args=world.variants(row.ids)["missing"])
        world.clients["person"].get(gone)  # the page for what is missing is rendered once
        counts = []
        for kind in ("far", "missing"):
            url = reverse(name, args=world.variants(row.ids)[kind])
            cache.clear()  # how many rows a reader's own tries have made says nothing of the object
            with transaction.atomic(), CaptureQueriesContext(connection) as seen:
                assert world.clients["person"].get(url).status_code == 404
                transaction.set_rollback(True)
            counts.append(len(seen))
        if counts[0] != counts[1]:
            unequal.append((name, counts))
    assert unequal == []
