"""The people of the second job: who works for the courses, and sixty learners."""

from functools import cache
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction

from courses.models import Run
from portal.accounts.enums import Role
from portal.accounts.models import Organisation, User
from portal.demo.content import read
from portal.demo.people import PASSWORD, ensure_person, ensure_user

LEARNERS = 60


def data() -> dict[str, Any]:
    """Return the data file of training people."""
    found: dict[str, Any] = read("courses/people")
    return found


@transaction.atomic
def ensure_training_people() -> None:
    """Make the staff of the providers and the learners that are not there yet."""
    hashed = make_password(PASSWORD)
    for row in data()["staff"]:
        ensure_person(row, hashed)
    for row in data()["learners"]:
        ensure_user(row["email"], row["name"], hashed)


def learners(first: int, last: int) -> list[User]:
    """Return the learners with these numbers, both included, in their order."""
    emails = [row["email"] for row in data()["learners"][first - 1 : last]]
    found = {user.email: user for user in User.objects.filter(email__in=emails)}
    return [found[email] for email in emails]


def holder(role: str, organisation: Organisation, place: int = 0) -> User:
    """Return the person who holds a role in an organisation; `place` chooses among several."""
    people = User.objects.filter(memberships__organisation=organisation, memberships__role=role)
    return people.order_by("email")[place]


@cache
def titles() -> dict[str, str]:
    """Return what the staff are called, by address."""
    return {row["email"]: row["title"] for row in data()["staff"]}


def of_duty(run: Run, kind: str, role: str, place: int = 0) -> User:
    """Return the person who acts in a role for the organisation that holds a duty of the run."""
    return holder(role, run.duties.get(kind=kind).organisation, place)


def coordinator_of(run: Run) -> User:
    """Return the coordinator of the organisation that leads the run."""
    return holder(Role.COORDINATOR, run.lead)
