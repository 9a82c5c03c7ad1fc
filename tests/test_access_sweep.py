"""Every address × every role × GET and POST × own, far, crossed and missing objects.

The addresses come from the resolver, the expectations from tests/access/table.py. Each cell runs
in a savepoint of one shared database; a POST by who may not act must leave every table as it was.
"""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.access.roles import NOBODY, ROLES, SIGNED_IN, of_far_case
from tests.access.table import APART, ROUTES, Row
from tests.access.world import World
from tests.factories.showcase import PDF
from tests.figures import FIGURES

# Each test's own transaction lies inside the world's; without the mark no test database is made.
pytestmark = pytest.mark.django_db
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
COUNTED += [("accounts", "Admission"), ("accounts", "Invitation")]
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
    with django_db_blocker.unblock(), transaction.atomic():
        yield World()
        transaction.set_rollback(True)


@pytest.fixture(scope="module", autouse=True)
def told() -> Iterator[None]:
    """Say in the summary how many cells were run."""
    yield
    by_kind = ", ".join(f"{kind} {number}" for kind, number in sorted(cells.items()))
    FIGURES["access sweep"] = f"{sum(cells.values())} cells ({by_kind})"


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
    assert problems == []


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
    """Say whether a mixed address would tell nothing: its first part is closed to this role."""
    near = (row.get or NOBODY) | (row.post or NOBODY) | row.knows | row.refused
    return kind in {"crossed", "gone"} and role not in near


def send(world: World, role: str, method: str, url: str, row: Row) -> HttpResponse:
    client = world.clients[role]
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
            if role == "editor":
                assert response.status_code in {200, 405}
            else:
                seen = getattr(response, "redirect_chain", None)
                assert (response.status_code != 200) or (role == "anonymous" and bool(seen))
                assert b"wagtail-icon" not in response.content
        transaction.set_rollback(True)
    cache.clear()
