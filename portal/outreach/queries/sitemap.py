"""The tree of public pages for the map of the site, in one query whatever kinds there are."""

from dataclasses import dataclass, field

from django.db.models import F, Value
from django.db.models.functions import Coalesce
from django.utils.translation import get_language
from wagtail.models import Page, get_page_models

from portal.core.searchable import BilingualPageMixin, open_to_all
from portal.outreach.queries.titles import title_en_of

# More of one section than this is left to the section's own list.
SHOWN = 30


@dataclass
class Branch:
    """A section with the first of its pages and how many more there are."""

    title: str
    url: str
    pages: list[tuple[str, str]] = field(default_factory=list)
    more: int = 0


def branches(root: Page) -> list[Branch]:
    """Return the sections below the home page with their pages, in the order of the tree."""
    english = (get_language() or "").startswith("en")
    pages = open_to_all(Page.objects.live().descendant_of(root)).filter(depth__lte=root.depth + 2)
    kinds = [kind for kind in get_page_models() if issubclass(kind, BilingualPageMixin)]
    found: dict[str, Branch] = {}
    shown = pages.annotate(
        english=title_en_of(kinds), number=Coalesce(F("standardpage__number"), Value(""))
    ).order_by("path")
    for page in shown:
        words = (page.english if english else "") or page.title
        title, url = f"{page.number} {words}".strip(), page.get_url() or ""
        if page.depth == root.depth + 1:
            found[page.path] = Branch(title, url)
        elif branch := found.get(page.path[: -page.steplen]):
            if len(branch.pages) < SHOWN:
                branch.pages.append((title, url))
            else:
                branch.more += 1
    return list(found.values())
