"""What the courses bring to the public front pages."""

from typing import Any

from django.db.models import Count as CountOf
from django.db.models import QuerySet, Subquery, Value, Window
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from wagtail.models import Page

from courses.lifecycle import PUBLIC_RUNS, CertificateState, EnrolmentState
from courses.models import Certificate, CoursePage, Enrolment, Run
from portal.core.home import Count, Entry, HomeSource, Shelf
from portal.core.searchable import open_to_all

SHOWN = 5


def course_shelf() -> list[Shelf]:
    """Return the courses of the first levels and the number of all, in one query."""
    pages = open_to_all(CoursePage.objects.live()).annotate(total=Window(CountOf("pk")))
    shown = list(pages.order_by("level", "code")[:SHOWN])
    if not shown:
        return []
    entries = [
        Entry(title=page.display_title, url=page.get_url() or "", meta=tuple(page.key_facts()))
        for page in shown
    ]
    return [Shelf(entries, Count(shown[0].total, _("courses"), "/courses/"))]


def figures() -> list[Count]:
    """Return what the training has come to, in one query.

    Certificates that were revoked or replaced by a corrected one are not counted.
    """
    standing = (CertificateState.ISSUED, CertificateState.SUSPENDED)
    counts = Page.objects.filter(depth=1).values_list(
        number_of(open_to_all(CoursePage.objects.live())),
        number_of(Run.objects.filter(state__in=PUBLIC_RUNS)),
        number_of(Enrolment.objects.filter(state=EnrolmentState.COMPLETED)),
        number_of(Certificate.objects.filter(state__in=standing)),
    )
    courses, runs, completed, certificates = counts[0]
    return [
        Count(courses, _("Courses offered"), "/courses/", key="courses"),
        Count(runs, _("Runs announced"), "/courses/", key="runs"),
        Count(completed, _("Courses completed by learners"), "/courses/", key="completed"),
        Count(certificates, _("Certificates issued"), "/verify/", key="certificates"),
    ]


def number_of(rows: QuerySet[Any]) -> Coalesce:
    """Return how many rows there are, as a column of another query."""
    counted = rows.order_by().values(nothing=Value(1)).annotate(number=CountOf("pk"))
    return Coalesce(Subquery(counted.values("number")), 0)


HOME = HomeSource(shelves=course_shelf, figures=figures)
