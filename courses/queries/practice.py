"""Reads of practical work: a task's versions, and what a run has handed in."""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC

from django.db.models import Count, QuerySet

from courses.models import Enrolment, PracticeTask, PracticeWork, Run


def work_digest(work: PracticeWork) -> str:
    """Return the SHA-256 (hex) of what was handed in: task, learner, version, time, text, file."""
    facts = [
        work.task.public_id,
        work.enrolment.public_id,
        work.version,
        work.handed_in_at.astimezone(UTC).isoformat(timespec="seconds"),
        hashlib.sha256(work.text.encode()).hexdigest(),
        work.file.sha256 if work.file else "",
    ]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


def versions_of(enrolment: Enrolment, task: PracticeTask) -> list[PracticeWork]:
    """Return a learner's works for a task, the latest first, with how often they were rated."""
    works = with_ratings(PracticeWork.objects.filter(enrolment=enrolment, task=task))
    return list(works.select_related("file", "task", "enrolment").order_by("-version"))


def with_ratings(works: QuerySet[PracticeWork]) -> QuerySet[PracticeWork]:
    """Add `rated`, the number of examiners who have rated a work."""
    return works.annotate(rated=Count("ratings"))


@dataclass(frozen=True)
class Handed:
    """One learner's latest work for one task, if there is one."""

    enrolment: Enrolment
    task: PracticeTask
    work: PracticeWork | None


def overview(run: Run) -> list[Handed]:
    """Return everybody inside × every task with the latest work, in three queries."""
    people = list(
        Enrolment.objects.filter(run=run).inside().select_related("learner").order_by("place")
    )
    tasks = list(PracticeTask.objects.filter(course=run.course_id))
    works = with_ratings(PracticeWork.objects.filter(enrolment__in=people)).select_related("file")
    latest = {(one.enrolment_id, one.task_id): one for one in works.order_by("version")}
    return [
        Handed(person, task, latest.get((person.pk, task.pk)))
        for task in tasks
        for person in people
    ]
