"""Pages of outreach for tests, each below its section of a fresh site."""

import itertools
from datetime import date, datetime, timedelta
from typing import Any

from wagtail.models import Page

from portal.core import clock
from portal.demo.site import ensure_site_tree
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

numbers = itertools.count(1)


def publish(section: type[Page], model: type[Page], word: str, **values: Any) -> Any:
    """Publish a page below the only section of its kind; whatever is not said is plain."""
    number = next(numbers)
    ensure_site_tree()
    plain = {
        "title": f"示例{word}{number}",
        "title_en": f"Example {number}",
        "slug": f"page-{number}",
        "source": "示例秘书处",
        "published_on": date(2026, 3, 5),
    }
    page = model(**(plain | values))
    section.objects.get().add_child(instance=page)
    return page


def make_reading(**values: Any) -> PolicyReadingPage:
    plain = {"area": 1, "tasks": ["1"]}
    return publish(PolicySection, PolicyReadingPage, "解读", **(plain | values))


def make_standard(**values: Any) -> StandardPage:
    plain = {"number": "GB/T 99999-2026", "objects_protected": ["control"], "tasks": ["6"]}
    return publish(StandardSection, StandardPage, "标准", **(plain | values))


def make_guide(**values: Any) -> GuidePage:
    plain = {"readers": ["it"], "audience": "信息人员", "checklist": "第一项\n\n第二项"}
    return publish(GuideSection, GuidePage, "指南", **(plain | values))


def make_answer(**values: Any) -> FaqEntryPage:
    plain = {"group": "applying", "answer": "可以。"}
    return publish(FaqPage, FaqEntryPage, "问题", **(plain | values))


def make_resource(**values: Any) -> ResourcePage:
    plain = {"kind": "training_base", "region": "320000", "organisation": "示例基地"}
    return publish(ResourceSection, ResourcePage, "资源", **(plain | values))


def make_event(begins: datetime | None = None, **values: Any) -> EventPage:
    """An event of two hours; without a moment it begins in ten days."""
    starts_at = begins or clock.now() + timedelta(days=10)
    plain = {
        "kind": "briefing",
        "host": "示例单位",
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=2),
    }
    return publish(EventSection, EventPage, "活动", **(plain | values))


def make_goal(*values: tuple[date, int], **facts: Any) -> Goal:
    """A goal with its dated values."""
    number = next(numbers)
    plain = {"key": f"goal-{number}", "title": f"示例目标{number}", "source": "示例文件"}
    goal = Goal.objects.create(**(plain | facts))
    for on, value in values:
        GoalValue.objects.create(goal=goal, on=on, value=value, is_example=True)
    return goal
