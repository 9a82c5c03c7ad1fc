"""What every public page shares so that search finds Chinese words.

The database engines take a run of Chinese characters for one word; `zh_grams` gives them the
single characters and character pairs instead, and Latin words cut the same way on every engine.
Queries are cut by `query_terms`; whoever asks an index uses nothing else.
"""

import re
import unicodedata
from datetime import date, datetime
from typing import Any, ClassVar, TypeVar

from django.db import models
from django.db.models import Exists, ExpressionWrapper, F, OuterRef
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.models import PagePermissionTester, PageViewRestriction

QuerySetOf = TypeVar("QuerySetOf", bound="models.QuerySet[Any]")
HAN_RUN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0002fa1f]+")
WORD = re.compile(r"[^\W_]+")
# Longer questions are cut off here: nobody types them, and each term costs the engine a look-up.
LONGEST_QUERY = 100
LONGEST_WORD = 40


def folded(text: str) -> str:
    """Return the text as it is compared: full-width forms narrowed, letters in lower case."""
    return unicodedata.normalize("NFKC", text).lower()


def grams(text: str) -> str:
    """Return the distinct characters and character pairs of every Chinese run in `text`."""
    found: dict[str, None] = {}
    for run in HAN_RUN.findall(text):
        found.update(dict.fromkeys(run))
        found.update(dict.fromkeys(run[i : i + 2] for i in range(len(run) - 1)))
    return " ".join(found)


def words(text: str) -> list[str]:
    """Return the distinct words outside Chinese runs (Latin letters, numbers), in order."""
    return list(dict.fromkeys(word[:LONGEST_WORD] for word in WORD.findall(HAN_RUN.sub(" ", text))))


def index_terms(text: str) -> str:
    """Return all terms under which a page with this text is found, separated by blanks."""
    plain = folded(text)
    return " ".join([grams(plain), *words(plain)]).strip()


def query_runs(query: str) -> list[str]:
    """Return the Chinese runs and other words of a query, in order, each once."""
    plain = folded(query[:LONGEST_QUERY])
    spans = [(m.start(), m.group()) for m in HAN_RUN.finditer(plain)]
    rest = HAN_RUN.sub(lambda m: " " * len(m.group()), plain)
    spans += [(m.start(), m.group()[:LONGEST_WORD]) for m in WORD.finditer(rest)]
    return list(dict.fromkeys(run for _start, run in sorted(spans)))


def query_terms(query: str) -> list[str]:
    """Return the terms a page must hold: pairs of every Chinese run (a lone character as it is).

    Only the first 100 characters count; signs, operators and pictures are dropped, so that no
    text a person can type is a faulty query. An empty list means there is nothing to look for.
    """
    found: dict[str, None] = {}
    for run in query_runs(query):
        pairs = [run[i : i + 2] for i in range(len(run) - 1)] if HAN_RUN.match(run) else []
        found.update(dict.fromkeys(pairs or [run]))
    return list(found)


def open_to_all(pages: QuerySetOf) -> QuerySetOf:
    """Return the pages that no view restriction of Wagtail's covers, on them or above them.

    Says the same as Wagtail's `.public()` without asking for the restrictions first.
    """
    here = ExpressionWrapper(OuterRef("path"), output_field=models.CharField())
    above = PageViewRestriction.objects.annotate(here=here).filter(here__startswith=F("page__path"))
    return pages.filter(~Exists(above))


class PublicPageTester(PagePermissionTester):
    """What somebody may do with a page of this site in the content management.

    Rule: no page is made private there: what is not for everybody is not published, and nobody
    takes what others published off the public lists in this way.
    """

    def can_set_view_restrictions(self) -> bool:
        return False


class BilingualPageMixin(models.Model):
    """A page with an English title beside the Chinese one, searchable in both."""

    # What search calls this kind of page in addresses; pages without one are not found.
    search_kind: ClassVar[str] = ""
    # Where search finds the lead (also its English twin, `…_en`), the day and what to narrow by:
    # facet (object, direction, industry, region, task, level, year) to the field that holds it.
    search_lead_field: ClassVar[str] = "abstract"
    search_date_field: ClassVar[str] = "published_on"
    search_facet_fields: ClassVar[dict[str, str]] = {}

    title_en = models.CharField(_("English title"), max_length=255, blank=True)

    class Meta:
        abstract = True

    @property
    def display_title(self) -> str:
        english = (get_language() or "").startswith("en")
        return self.title_en if english and self.title_en else self.title  # type: ignore[attr-defined]

    def permissions_for_user(self, user: Any) -> PublicPageTester:
        return PublicPageTester(user, self)

    def in_language(self, field: str) -> str:
        """Return a text field in the active language, Chinese where the other is missing."""
        english = (get_language() or "").startswith("en")
        other = getattr(self, f"{field}_en", "") if english else ""
        return other or getattr(self, field)

    def searchable_text(self) -> str:
        """Return all public text of the page; pages with more than a title override this."""
        return f"{self.title}\n{self.title_en}"  # type: ignore[attr-defined]

    def search_note(self) -> str:
        """Return what a result says beside the title: source, date, region."""
        return ""

    def search_leads(self) -> tuple[str, str]:
        """Return the lead in Chinese and in English, empty where there is none."""
        field = self.search_lead_field
        return str(getattr(self, field, "") or ""), str(getattr(self, f"{field}_en", "") or "")

    def search_date(self) -> date | None:
        """Return the day a result carries, in programme time; None where age says nothing."""
        value = getattr(self, self.search_date_field, None)
        if isinstance(value, datetime):
            return timezone.localtime(value).date()
        return value

    def search_facets(self) -> dict[str, list[str]]:
        """Return the codes by which results can be narrowed, by facet; empty ones left out."""
        found = {}
        for facet, field in self.search_facet_fields.items():
            value = getattr(self, field)
            codes = value if isinstance(value, list | tuple) else [value]
            found[facet] = [str(code) for code in codes if code not in (None, "")]
        return {facet: codes for facet, codes in found.items() if codes}

    @classmethod
    def search_facet_names(cls, facet: str) -> dict[str, str]:
        """Return the names of a facet's codes in the active language, where only this kind of
        page knows them; taxonomies are known to all."""
        return {}

    def zh_grams(self) -> str:
        """Return the search index's extra field."""
        return index_terms(self.searchable_text())
