"""The public catalogue: courses with facets and the state of their runs, and one course's facts."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Prefetch
from django.http import HttpRequest, QueryDict
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from wagtail.models import Page

from courses.enums import Category, Delivery
from courses.models import CatalogPage, CoursePage, Duty, Run, Skill
from courses.queries.runs import STATES, public_state, with_seats
from portal.core.facets import Facet, FacetedList
from portal.core.searchable import open_to_all
from portal.core.taxonomies import scheme, term_name

# From what somebody can do now to what is over.
ORDER = ("open", "full", "soon", "waiting", "running", "closed")
TONES = {
    "open": "good",
    "full": "warn",
    "soon": "",
    "waiting": "mute",
    "running": "",
    "closed": "mute",
}


def public_runs() -> Any:
    """Return the runs that anybody may know of, with seats taken, the next first."""
    runs = with_seats(Run.objects.public()).select_related("lead").order_by("starts_on", "code")
    duties = Duty.objects.filter(state="accepted")
    return runs.prefetch_related(Prefetch("duties", queryset=duties))


def providers_of(page: Any) -> tuple[str, ...]:
    """Return who offers a course: those of its page, and those that hold a duty of a run."""
    named = [one.strip() for one in page.providers.replace("；", ";").replace("、", ";").split(";")]
    holders = [duty.organisation.name for run in page.shown_runs for duty in run.duties.all()]
    return tuple(dict.fromkeys(one for one in [*named, *holders] if one))


def official_place(name: str) -> Any:
    """Return the sort key of an option in the official order of a taxonomy."""
    places = {code: place for place, code in enumerate(scheme(name))}
    return lambda option: (places.get(option[0], len(places)), option[0])


FACETS = (
    Facet(
        "level",
        gettext_lazy("Level"),
        lambda page: (page.level,),
        lambda code: f"{code} {CoursePage.Level(code).label}",
    ),
    Facet(
        "category",
        gettext_lazy("Category"),
        lambda page: (page.category,),
        lambda code: Category(code).label,
        order=lambda option: Category.values.index(option[0]),
    ),
    Facet(
        "run",
        gettext_lazy("Run"),
        lambda page: tuple({run.public for run in page.shown_runs}),
        lambda code: STATES[code],
        order=lambda option: ORDER.index(option[0]),
    ),
    Facet(
        "form",
        gettext_lazy("Form"),
        lambda page: tuple({run.delivery for run in page.shown_runs}),
        lambda code: Delivery(code).label,
        order=lambda option: Delivery.values.index(option[0]),
    ),
    Facet(
        "object",
        gettext_lazy("Object protected"),
        lambda page: tuple(page.objects_protected),
        lambda code: term_name("objects", code),
        order=official_place("objects"),
        is_open=False,
    ),
    Facet(
        "provider",
        gettext_lazy("Provider"),
        providers_of,
        lambda name: name,
        order=lambda option: (-option[1], option[0]),
        is_open=False,
    ),
)


def with_states(pages: Iterable[CoursePage]) -> list[CoursePage]:
    """Set the public state of every prefetched run of some courses; return the courses."""
    found = list(pages)
    for page in found:
        for run in page.shown_runs:
            run.public = public_state(run)
    return found


def catalogue(catalog: CatalogPage, params: QueryDict) -> FacetedList:
    """Return the live courses below the catalogue that everybody may see, with their facets."""
    pages = open_to_all(CoursePage.objects.live().child_of(catalog)).order_by("level", "code")
    shown = pages.prefetch_related(Prefetch("runs", queryset=public_runs(), to_attr="shown_runs"))
    return FacetedList(FACETS, with_states(shown), params)


def best_run(page: Any) -> Run | None:
    """Return the run of a course that a reader would ask for first: open, then soon; not over."""
    living = [run for run in page.shown_runs if run.public not in {"closed", "running"}]
    return min(living, key=lambda run: ORDER.index(run.public), default=None)


def level_groups(found: FacetedList, request: HttpRequest) -> list[dict[str, Any]]:
    """Return the courses found by level, each with its address, next run and state."""
    groups = []
    for level in CoursePage.Level:
        pages = [page for page in found.found if page.level == level.value]
        rows = [course_row(page, request) for page in pages]
        if rows:
            groups.append({"level": level, "courses": rows})
    return groups


def course_row(page: Any, request: HttpRequest) -> dict[str, Any]:
    """Return one course of the catalogue as its card shows it."""
    run = best_run(page)
    return {
        "page": page,
        "url": page.get_url(request),
        "category": Category(page.category).label,
        "run": run,
        "pill": (STATES[run.public], TONES[run.public]) if run else None,  # type: ignore[attr-defined]
    }


def course_detail(page: CoursePage) -> dict[str, Any]:
    """Return everything a course's public page shows beside its texts, in five queries."""
    runs = list(public_runs().filter(course=page))
    for run in runs:
        run.public = public_state(run)
    runs.sort(key=lambda run: (ORDER.index(run.public), run.starts_on))
    return {
        "runs": [run_card(run) for run in runs],
        "skills": skills_of(page),
        "teachers": teachers_of(page),
        "objects": [term_name("objects", code) for code in page.objects_protected],
        "links": links_of(page),
    }


def run_card(run: Any) -> dict[str, Any]:
    """Return one run as the public page shows it: state, seats left, who does what."""
    by_name: dict[str, list[Any]] = {}
    for duty in run.duties.all():
        by_name.setdefault(duty.organisation.display_name, []).append(duty.get_kind_display())
    lead = run.lead.display_name
    by_name.setdefault(lead, [])
    holders = [
        (name, [_("lead"), *kinds] if name == lead else kinds) for name, kinds in by_name.items()
    ]
    return {
        "run": run,
        "pill": (STATES[run.public], TONES[run.public]),
        "left": max(0, run.capacity - run.taken),
        "holders": sorted(holders, key=lambda row: row[0] != lead),
        "may_ask": run.public in {"open", "full"},
        "is_over": run.public == "closed",
    }


def skills_of(page: CoursePage) -> list[tuple[str, str]]:
    """Return code and name of the course's skills in their order; an unknown code stands alone."""
    known = {skill.code: skill for skill in Skill.objects.filter(code__in=page.skills)}
    english = (get_language() or "").startswith("en")
    found = []
    for code in page.skills:
        skill = known.get(code)
        name = (skill.name_en if english and skill.name_en else skill.name) if skill else ""
        found.append((code, name))
    return found


def teachers_of(page: CoursePage) -> list[tuple[str, str]]:
    """Return name and title of the teachers in the active language."""
    english = (get_language() or "").startswith("en")

    def said(row: dict[str, str], key: str) -> str:
        return (row.get(f"{key}_en") if english else "") or row.get(key, "")

    return [(said(row, "name"), said(row, "title")) for row in page.teachers]


def links_of(page: CoursePage) -> list[dict[str, str]]:
    """Return title and address of the pages beside a course that everybody may see."""
    order = [link.page_id for link in page.links.all()]
    pages = open_to_all(Page.objects.live().filter(pk__in=order)).specific()
    by_id = {one.pk: one for one in pages}
    return [
        {
            "title": getattr(by_id[pk], "display_title", by_id[pk].title),
            "url": by_id[pk].get_url() or "",
        }
        for pk in order
        if pk in by_id
    ]
