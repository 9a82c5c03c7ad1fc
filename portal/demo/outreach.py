"""The demo's policy readings, standards, guides, events, questions, resources and goals.

Read from data/outreach/*.json (formats in data/README.md) and put below the sections of
portal/demo/site.py; a page that exists is left as its editors made it. News is there, not here.
"""

import json
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from portal.demo.markdown_blocks import to_blocks
from portal.demo.site import ensure_page, read
from portal.outreach.models import (
    EventPage,
    EventSection,
    FaqEntryPage,
    FaqPage,
    Goal,
    GoalValue,
    GuidePage,
    GuideSection,
    PolicyReadingPage,
    PolicySection,
    ResourcePage,
    ResourceSection,
    StandardPage,
    StandardSection,
)
from portal.outreach.models.guides import Reader

Row = dict[str, Any]
KINDS_OF_EVENT = {
    "答疑会": EventPage.Kind.BRIEFING,
    "公开课": EventPage.Kind.LECTURE,
    "现场开放日": EventPage.Kind.OPEN_DAY,
    "演练": EventPage.Kind.EXERCISE,
    "对接会": EventPage.Kind.MATCHMAKING,
    "竞赛": EventPage.Kind.CONTEST,
    "工作坊": EventPage.Kind.WORKSHOP,
}
MODES = {
    "线上": EventPage.Mode.ONLINE,
    "线下": EventPage.Mode.ON_SITE,
    "线上线下结合": EventPage.Mode.HYBRID,
}
STATES_OF_STANDARD = {
    "现行": StandardPage.Status.CURRENT,
    "待核对": StandardPage.Status.UNSETTLED,
}
FAQ_GROUPS = {
    "申报": FaqEntryPage.Group.APPLYING,
    "评审与公示": FaqEntryPage.Group.REVIEW,
    "培训与证书": FaqEntryPage.Group.TRAINING,
    "使用平台": FaqEntryPage.Group.SITE,
}
# The job titles of a guide, by the group of readers the list is filtered by.
READERS = {
    "厂长": "manager",
    "设备主管": "manager",
    "班组长": "shift",
    "门卫与班组长": "shift",
    "生产调度": "shift",
    "值班调度": "shift",
    "设备与仪表人员": "engineer",
    "自动化工程师": "engineer",
    "工艺与质量人员": "engineer",
    "信息人员": "it",
    "数据管理人员": "it",
    "采购人员": "supplier",
    "厂家服务人员": "supplier",
}
# The questions are signed by the house that runs the demo, on the day they were last gone through.
FAQ_SOURCE = "示例工业互联网安全促进中心"
FAQ_DAY = date(2026, 3, 2)


def published(row: Row) -> Row:
    """Return what every page has: titles, source, day, abstracts."""
    return {
        "title": row["title"],
        "title_en": row["en"]["title"],
        "source": row["source"],
        "published_on": date.fromisoformat(row["date"]),
        "abstract": row.get("summary", ""),
        "abstract_en": row["en"].get("summary", ""),
    }


def body(row: Row) -> str:
    """Return the Markdown text of a row as an editor's blocks."""
    return json.dumps(to_blocks(row["body"]))


def codes(numbers: list[int]) -> list[str]:
    return [str(number) for number in numbers]


def moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def ensure_reading(section: PolicySection, row: Row) -> PolicyReadingPage:
    """Return the page of one entry of readings.json."""
    questions = [{"type": "question", "value": one} for one in row["questions"]]
    return ensure_page(
        section,
        PolicyReadingPage,
        row["slug"],
        **published(row),
        area=row["area"],
        tasks=codes(row["tasks"]),
        body=body(row),
        questions=json.dumps(questions),
    )


def ensure_guide(section: GuideSection, row: Row) -> GuidePage:
    """Return the page of one entry of guides.json."""
    readers = {READERS[one] for one in row["audience"]}
    return ensure_page(
        section,
        GuidePage,
        row["slug"],
        **published(row),
        readers=[one for one in Reader.values if one in readers],
        audience="、".join(row["audience"]),
        audience_en=", ".join(row["en"]["audience"]),
        body=body(row),
        checklist="\n".join(row["checklist"]),
    )


def ensure_standard(section: StandardSection, row: Row) -> StandardPage:
    """Return the page of one entry of standards.json; GB/T 22239-2019 lies at gb-t-22239-2019."""
    return ensure_page(
        section,
        StandardPage,
        slugify(row["number"].replace("/", "-").replace(".", "-")),
        **published(row),
        number=row["number"],
        status=STATES_OF_STANDARD[row["status"]],
        year=row["year"],
        objects_protected=row["objects"],
        tasks=codes(row["tasks"]),
        asks="\n".join(row["asks"]),
        for_whom=row["for_whom"],
        for_whom_en=row["en"]["for_whom"],
        status_note=row["status_note"],
        status_note_en=row["en"]["status_note"],
    )


def ensure_event(section: EventSection, row: Row) -> EventPage:
    """Return the page of one entry of events.json."""
    return ensure_page(
        section,
        EventPage,
        row["slug"],
        **published(row),
        kind=KINDS_OF_EVENT[row["kind"]],
        starts_at=moment(row["start"]),
        ends_at=moment(row["end"]),
        enrol_by=moment(row["enrol_by"]),
        mode=MODES[row["mode"]],
        region=row["region"] or "",
        venue=row["venue"],
        host=row["host"],
        partners="、".join(row["partners"]),
        audience="、".join(row["audience"]),
        audience_en=", ".join(row["en"]["audience"]),
        capacity=row["capacity"],
        tasks=codes(row["related"]["tasks"]),
        body=body(row),
    )


def ensure_answer(page: FaqPage, row: Row) -> FaqEntryPage:
    """Return the page of one entry of faq.json; its address is made of the English question."""
    return ensure_page(
        page,
        FaqEntryPage,
        slugify(row["en"]["q"])[:60].strip("-"),
        title=row["q"],
        title_en=row["en"]["q"],
        source=FAQ_SOURCE,
        published_on=FAQ_DAY,
        group=FAQ_GROUPS[row["group"]],
        answer=row["a"],
        answer_en=row["en"]["a"],
    )


def ensure_resource(section: ResourceSection, row: Row) -> ResourcePage:
    """Return the page of one entry of resources.json."""
    booking = row["booking"]
    return ensure_page(
        section,
        ResourcePage,
        row["slug"],
        **published(row),
        kind=row["kind"],
        organisation=row["org"],
        region=row["region"],
        objects_protected=row["objects"],
        capabilities="\n".join(row["capabilities"]),
        scale=row["scale"],
        booking=booking["how"],
        lead_days=booking["lead_days"],
        hours=booking["hours"],
        fee=booking["fee"],
        contact=booking["contact"],
        notes=row["notes"],
    )


def ensure_goals() -> None:
    """Put the goals with their dated values into the database; what exists stays as it is."""
    facts: dict[str, list[Row]] = read("outreach/goals.json")
    for position, row in enumerate(facts["goals"]):
        Goal.objects.get_or_create(
            key=row["key"],
            defaults={
                "title": row["title"],
                "title_en": row["en"]["title"],
                "target": row["target"],
                "unit": row["unit"] or "",
                "unit_en": row["en"]["unit"] or "",
                "due": date.fromisoformat(row["due"]),
                "source": row["source"],
                "source_en": row["en"]["source"],
                "note": row["note"],
                "note_en": row["en"]["note"],
                "position": position,
            },
        )
    goals = {goal.key: goal for goal in Goal.objects.all()}
    for row in facts["values"]:
        GoalValue.objects.get_or_create(
            goal=goals[row["goal"]],
            on=date.fromisoformat(row["date"]),
            defaults={
                "value": row["value"],
                "is_example": row["example"],
                "note": row["note"],
                "note_en": row["en"]["note"],
            },
        )


# Each file with the section its pages stand in and the function that makes one.
FILES = (
    ("readings", PolicySection, ensure_reading),
    ("standards", StandardSection, ensure_standard),
    ("guides", GuideSection, ensure_guide),
    ("faq", FaqPage, ensure_answer),
    ("resources", ResourceSection, ensure_resource),
    ("events", EventSection, ensure_event),
)


@transaction.atomic
def ensure_outreach() -> None:
    """Put the demo's outreach texts below the sections of the site and the goals beside them."""
    for name, model, ensure in FILES:
        section: Any = model.objects.get()
        for row in read(f"outreach/{name}.json"):
            ensure(section, row)
    ensure_goals()
