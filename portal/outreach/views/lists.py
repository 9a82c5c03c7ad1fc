"""One view for each list page; Wagtail has already checked who may see the page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from portal.outreach.models import (
    EventSection,
    FaqEntryPage,
    FaqPage,
    GuideSection,
    PolicySection,
    ResourceSection,
    StandardSection,
)
from portal.outreach.queries import lists, policies


def policy_section(request: HttpRequest, page: PolicySection) -> HttpResponse:
    context = {"page": page, "areas": policies.areas(page)}
    return render(request, "outreach/policy_section.html", context)


def standard_section(request: HttpRequest, page: StandardSection) -> HttpResponse:
    found = lists.standards(page, request.GET.dict())
    return render(request, "outreach/standard_section.html", {"page": page, "found": found})


def guide_section(request: HttpRequest, page: GuideSection) -> HttpResponse:
    found = lists.guides(page, request.GET.dict())
    return render(request, "outreach/guide_section.html", {"page": page, "found": found})


def resource_section(request: HttpRequest, page: ResourceSection) -> HttpResponse:
    found = lists.resources(page, request.GET.dict())
    return render(request, "outreach/resource_section.html", {"page": page, "found": found})


def faq_page(request: HttpRequest, page: FaqPage) -> HttpResponse:
    context = {"page": page, "groups": lists.answers(page)}
    return render(request, "outreach/faq_page.html", context)


def faq_entry_page(request: HttpRequest, page: FaqEntryPage) -> HttpResponse:
    context = {"page": page, "others": lists.other_answers(page)}
    return render(request, "outreach/faq_entry_page.html", context)


def event_section(request: HttpRequest, page: EventSection) -> HttpResponse:
    found = lists.events(page, request.GET.dict())
    return render(request, "outreach/event_section.html", {"page": page, "found": found})
