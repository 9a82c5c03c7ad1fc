"""What the courses bring to the public front pages."""

from django.utils.translation import gettext as _

from courses.models import CoursePage
from portal.core.home import Count, Entry, HomeSource

SHOWN = 5


def newest_courses() -> list[Entry]:
    """Return the courses of the first levels, as lines for the home page."""
    pages = CoursePage.objects.live().order_by("level", "code")[:SHOWN]
    return [
        Entry(title=page.display_title, url=page.get_url() or "", meta=tuple(page.key_facts()))
        for page in pages
    ]


def course_count() -> list[Count]:
    """Return how many courses there are."""
    return [Count(CoursePage.objects.live().count(), _("courses"), "/courses/")]


HOME = HomeSource(courses=newest_courses, counts=course_count)
