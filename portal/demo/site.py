"""The tree of public pages: what a fresh site needs, and the demo's courses and news on top.

What the demo has of the other outreach pages is written in portal/demo/outreach.py. Here, at the
composition level, because the pages belong to apps that do not know each other. Everything is
idempotent: a page that exists under its slug is left as its editors made it.
"""

import json
from datetime import date
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Concat
from wagtail.models import Page, Site
from wagtail.signal_handlers import disable_reference_index_auto_update

from courses.models import CatalogPage, CoursePage
from portal.demo.markdown_blocks import to_blocks
from portal.outreach.models import (
    EventSection,
    FaqPage,
    GoalsPage,
    GuideSection,
    HomePage,
    NewsPage,
    PolicySection,
    ResourceSection,
    SectionPage,
    StandardSection,
)
from showcase.models import ShowcasePage

DATA = Path(__file__).resolve().parent / "data"
AnyPage = TypeVar("AnyPage", bound=Page)
HOME = {
    "title": "安范",
    "title_en": "Anfan",
    "slogan": "同类工厂怎样做成的，先查一查",
    "slogan_en": "See how plants like yours did it",
    "suggestions": "白名单，远程运维，分类分级，固件校验，GB/T 22239",
    "suggestions_en": "firewall, remote maintenance, PLC, GB/T 22239",
}
# What every site has below its home page: slug, model, and the texts of a fresh site.
SECTIONS: list[tuple[str, type[Page], dict[str, str]]] = [
    (
        "solutions",
        ShowcasePage,
        {
            "title": "解决方案与最佳实践",
            "title_en": "Solutions and best practices",
            "introduction": "每个方案都经专家评审并公示，公开做法、成效数字与证据来源。",
            "introduction_en": (
                "Every solution was judged by experts and published for objection; it shows what "
                "was done, what changed and where the figures come from."
            ),
        },
    ),
    (
        "courses",
        CatalogPage,
        {
            "title": "培训课程",
            "title_en": "Training",
            "introduction": "院校与企业合办，按层级和学时编排，每学时45分钟。",
            "introduction_en": (
                "Courses by universities and companies together, by level; a class hour is 45 "
                "minutes."
            ),
        },
    ),
    (
        "policies",
        PolicySection,
        {
            "title": "政策标准",
            "title_en": "Policies and standards",
            "introduction": (
                "对照工业互联网安全指导意见的7个方面、17项任务，看解读、查标准、找做成的方案。"
            ),
            "introduction_en": (
                "The guideline on industrial internet security, area by area: what it asks, which "
                "standards apply, who has done it."
            ),
        },
    ),
    (
        "standards",
        StandardSection,
        {
            "title": "标准",
            "title_en": "Standards",
            "introduction": (
                "常用国家标准的编号、状态和要点。要点是本平台的概括，原文以标准文本为准。"
            ),
            "introduction_en": (
                "Number, state and main points of the common national standards, in our own words; "
                "the standard's text decides."
            ),
        },
    ),
    (
        "guides",
        GuideSection,
        {
            "title": "操作指南",
            "title_en": "Guides",
            "introduction": "给车间、班组和信息人员的步骤，每篇附可打印的检查清单。",
            "introduction_en": (
                "Steps for the shop floor and for IT staff, each with a checklist to print."
            ),
        },
    ),
    (
        "faq",
        FaqPage,
        {
            "title": "常见问题",
            "title_en": "Questions and answers",
            "introduction": "关于申报、评审、培训、证书和本平台的使用。",
            "introduction_en": "About applying, review, training, certificates and this site.",
        },
    ),
    (
        "resources",
        ResourceSection,
        {
            "title": "公共资源",
            "title_en": "Public resources",
            "introduction": "可以预约的测试环境、实训基地和测评机构：能做什么、怎样约、多少费用。",
            "introduction_en": (
                "Test environments, training bases and assessment bodies you can book: what they "
                "do, how to ask, what it costs."
            ),
        },
    ),
    (
        "news",
        SectionPage,
        {
            "title": "新闻与公告",
            "title_en": "News and notices",
            "introduction": "遴选通知、培训报名、信息通报和活动回顾，均注明来源和日期。",
            "introduction_en": (
                "Calls, enrolment, bulletins and reports, each with its source and date."
            ),
        },
    ),
    (
        "events",
        EventSection,
        {
            "title": "活动",
            "title_en": "Events",
            "introduction": "答疑会、公开课、演练、开放日和竞赛。时间均为北京时间（UTC+8）。",
            "introduction_en": (
                "Briefings, lectures, exercises, open days and contests. All times are UTC+8."
            ),
        },
    ),
    (
        "goals",
        GoalsPage,
        {
            "title": "目标进展",
            "title_en": "Goals and progress",
            "introduction": "文件提出的目标、有日期的进展数值，以及本平台的实时统计。",
            "introduction_en": (
                "The goals set by the guideline, dated values on the way, and this portal's own "
                "counts."
            ),
        },
    ),
]


def ensure_page(parent: Page, model: type[AnyPage], slug: str, **values: Any) -> AnyPage:
    """Return the parent's page with this slug; create and publish it if there is none.

    Texts made by code point at no other page or picture: the index of references has nothing to
    learn from them, and is spared.
    """
    found = model.objects.child_of(parent).filter(slug=slug).first()
    if found:
        return found
    page = model(slug=slug, **values)
    with disable_reference_index_auto_update():
        parent.add_child(instance=page)
    return page


def ensure_home() -> HomePage:
    """Return the home page; a fresh Wagtail's welcome page makes room for it.

    The site is moved to the new page before the old one goes: deleting a site's root page would
    delete the site.
    """
    if home := HomePage.objects.first():
        return home
    root = Page.objects.get(depth=1)
    welcome = [page.pk for page in root.get_children() if page.specific_class is Page]
    # Not saved one by one: that would queue index work for pages that are about to go.
    Page.objects.filter(pk__in=welcome).update(slug=Concat(Value("welcome-"), "slug"))
    home = ensure_page(root, HomePage, "home", **HOME)
    point_site_at(home)
    for page in Page.objects.filter(pk__in=welcome):
        page.delete()
    return home


def point_site_at(home: HomePage) -> None:
    """Make the home page the root of the default site, under the address of BASE_URL."""
    address = urlsplit(settings.BASE_URL)
    site = Site.objects.filter(is_default_site=True).first() or Site(is_default_site=True)
    site.hostname = address.hostname or "localhost"
    site.port = address.port or (443 if address.scheme == "https" else 80)
    site.site_name = HOME["title"]
    site.root_page = home
    site.save()


@transaction.atomic
def ensure_site_tree() -> HomePage:
    """Return the home page with the (empty) sections every site has."""
    home = ensure_home()
    for slug, model, texts in SECTIONS:
        ensure_page(home, model, slug, **texts)
    return home


def read(name: str) -> Any:
    """Return one data file as JSON."""
    return json.loads((DATA / name).read_text(encoding="utf-8"))


def ensure_course(catalog: CatalogPage, row: dict[str, Any]) -> CoursePage:
    """Return the course page of one entry of courses.json."""
    return ensure_page(
        catalog,
        CoursePage,
        row["slug"],
        title=row["title"],
        title_en=row["en"]["title"],
        code=row["code"].lower(),
        level=row["level"],
        hours_theory=row["hours"]["theory"],
        hours_practice=row["hours"]["practice"],
        providers="、".join(row["providers"]),
        abstract=row["abstract"],
        abstract_en=row["en"]["abstract"],
        outcomes=row["outcomes"],
        outcomes_en=row["en"]["outcomes"],
    )


def ensure_news(section: SectionPage, row: dict[str, Any]) -> NewsPage:
    """Return the news page of one entry of news.json."""
    return ensure_page(
        section,
        NewsPage,
        row["slug"],
        title=row["title"],
        title_en=row["en"]["title"],
        kind=row["kind"],
        source=row["source"],
        published_on=date.fromisoformat(row["date"]),
        abstract=row["summary"],
        abstract_en=row["en"]["summary"],
        body=json.dumps(to_blocks(row["body"])),
    )


@transaction.atomic
def ensure_demo_pages() -> None:
    """Put the demo's courses and news into the tree; outreach.py has the rest."""
    ensure_site_tree()
    catalog = CatalogPage.objects.get()
    for row in read("courses/courses.json"):
        ensure_course(catalog, row)
    section = SectionPage.objects.get(slug="news")
    for row in read("outreach/news.json"):
        ensure_news(section, row)
