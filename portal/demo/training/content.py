"""What the demo's courses teach: skills, modules, units and practical tasks, from the data files.

Teaching content is an editor's work, like pages; questions come through the bank's own service
(portal.demo.training.runs). A course that has modules is left as its editors made it.
"""

import json
from decimal import Decimal
from typing import Any

from courses.enums import Category, CompletionWay
from courses.models import CoursePage, Module, PracticeTask, Skill, Unit
from portal.demo.content import read
from portal.demo.markdown_blocks import to_unit_blocks

SLUGS = ("awareness-l0", "control-l1", "data-l2")
CATEGORIES = {
    "工控与设备安全": Category.CONTROL,
    "数据安全": Category.DATA,
    "意识普及": Category.AWARENESS,
}


def course_data(slug: str) -> dict[str, Any]:
    """Return one course's data file."""
    data: dict[str, Any] = read(f"courses/{slug}")
    return data


def ensure_skills() -> None:
    """Make the skill framework's items that are not there yet."""
    known = set(Skill.objects.values_list("code", flat=True))
    rows = [row for row in read("courses/skills") if row["code"] not in known]
    Skill.objects.bulk_create(Skill(**row) for row in rows)


def course_facts(slug: str) -> dict[str, Any]:
    """Return what the course's page says beyond its entry in the catalogue."""
    data = course_data(slug)
    certificate = data["certificate"]
    return {
        "category": CATEGORIES[data["category"]],
        "objects_protected": data["objects"],
        "prerequisites": data["prerequisites"],
        "prerequisites_en": data["en"]["prerequisites"],
        "outline": data["outline"],
        "outline_en": data["en"]["outline"],
        "teachers": data["teachers"],
        "skills": [skill["code"] for skill in data["skills"]],
        "blueprint": data["blueprint"],
        "pass_mark": data["blueprint"]["pass"],
        "theory_weight": certificate["theory_weight"],
        "practice_weight": certificate["practice_weight"],
        "validity_years": certificate["validity_years"],
    }


def ensure_content(course: CoursePage, slug: str) -> None:
    """Fill a course with its modules, units and practical tasks, once."""
    if course.modules.exists():
        return
    data = course_data(slug)
    units = {unit["slug"]: unit for unit in data["units"]}
    for position, row in enumerate(data["modules"], start=1):
        module = Module.objects.create(
            course=course,
            code=row["slug"],
            title=row["title"],
            title_en=row["title_en"],
            position=position,
        )
        Unit.objects.bulk_create(
            unit_of(module, units[name], place) for place, name in enumerate(row["units"], start=1)
        )
    PracticeTask.objects.bulk_create(
        task_of(course, row, place) for place, row in enumerate(data["practice"], start=1)
    )


def unit_of(module: Module, row: dict[str, Any], position: int) -> Unit:
    """Return one unit of the data; completed by its self-check where it has one."""
    has_check = bool(row["self_check"])
    return Unit(
        module=module,
        code=row["slug"],
        title=row["title"],
        title_en=row["title_en"],
        position=position,
        hours=Decimal(str(row["hours"])),
        hours_practice=Decimal(str(row["practice_hours"])),
        skills=row["skills"],
        body=json.dumps(to_unit_blocks(row["body"])),
        self_check=row["self_check"],
        way=CompletionWay.SELF_CHECK if has_check else CompletionWay.READ,
    )


def task_of(course: CoursePage, row: dict[str, Any], position: int) -> PracticeTask:
    """Return one practical task of the data."""
    return PracticeTask(
        course=course,
        title=row["title"],
        title_en=row["title_en"],
        position=position,
        hours=Decimal(str(row["hours"])),
        brief=row["brief"],
        environment=row["environment"],
        evidence=row["evidence"],
        rubric=row["rubric"],
    )
