"""What everybody may read: the catalogue with its facets, one course with its runs."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from courses.models import CatalogPage, CoursePage
from courses.queries.catalogue import catalogue, course_detail, level_groups


def catalog_page(request: HttpRequest, page: CatalogPage) -> HttpResponse:
    found = catalogue(page, request.GET)
    context = {
        "page": page,
        "introduction": page.in_language("introduction"),
        "found": found,
        "levels": level_groups(found, request),
    }
    return render(request, "courses/catalog_page.html", context)


def course_page(request: HttpRequest, page: CoursePage) -> HttpResponse:
    context = {
        "page": page,
        # The catalogue is the parent by rule (parent_page_types).
        "catalog_url": (page.get_url(request) or "").removesuffix(f"{page.slug}/"),
        "abstract": page.in_language("abstract"),
        "outcomes": page.in_language("outcomes"),
        "outline": page.in_language("outline"),
        "prerequisites": page.in_language("prerequisites"),
        "level_text": f"{page.level} {CoursePage.Level(page.level).label}",
        **course_detail(page),
    }
    return render(request, "courses/course_page.html", context)
