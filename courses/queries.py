"""What the courses bring to the public front pages."""

from django.db.models import Count as CountOf
from django.db.models import Window
from django.utils.translation import gettext as _

from courses.models import CoursePage
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
    """Return what the training has come to."""
    courses = open_to_all(CoursePage.objects.live()).count()
    return [Count(courses, _("Courses offered"), "/courses/", key="courses")]


HOME = HomeSource(shelves=course_shelf, figures=figures)
