"""The engine that is always there: the database's own full-text search.

Pages are found by the pairs of characters they hold (portal.core.searchable), all of them; a
query in Chinese need not be cut into words. Works alike on SQLite and PostgreSQL.
"""

from collections import Counter
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from wagtail.models import Page

from portal.core.searchable import BilingualPageMixin, folded, query_runs, query_terms
from search.engines import PER_PAGE, Hit, Results
from search.engines.highlighting import parts, pattern_of, snippet

# More than anybody pages through; beyond it the count says "more than".
CAP = 1000


def searchable_models() -> dict[str, type[Any]]:
    """Return the page types that search finds, by their kind."""
    return {
        model.search_kind: model
        for model in apps.get_models()
        if issubclass(model, BilingualPageMixin) and model.search_kind
    }


class EmbeddedEngine:
    """Asks the database's full-text index; four queries and one for every kind on the page."""

    def search(self, query: str, *, kinds: frozenset[str] = frozenset(), page: int = 1) -> Results:
        """See `SearchEngine.search`."""
        terms = query_terms(query)
        if not terms:
            return Results(is_empty_query=True)
        ranked = self.ranked(query, terms)
        counts = Counter(kind for _pk, kind in ranked)
        wanted = [pk for pk, kind in ranked if not kinds or kind in kinds]
        last = max(1, -(-len(wanted) // PER_PAGE))
        number = min(max(page, 1), last)
        return Results(
            hits=self.hits(query, wanted[(number - 1) * PER_PAGE : number * PER_PAGE]),
            counts=dict(counts),
            total=len(wanted),
            page=number,
            is_capped=len(ranked) == CAP,
        )

    def ranked(self, query: str, terms: list[str]) -> list[tuple[int, str]]:
        """Return key and kind of what is found: titles that hold every run first, then by rank."""
        found = searchable_models()
        known = ContentType.objects.get_for_models(*found.values())
        types = {known[model].pk: kind for kind, model in found.items()}
        pages = Page.objects.live().public().filter(content_type__in=types)
        hits = pages.search(" ".join(terms), operator="and").get_queryset()
        rows = list(hits.values_list("pk", "title", "content_type_id")[:CAP])
        runs = query_runs(query)
        rows.sort(key=lambda row: not all(run in folded(row[1]) for run in runs))
        return [(pk, types[type_id]) for pk, _title, type_id in rows]

    def hits(self, query: str, pks: list[int]) -> list[Hit]:
        """Return the pages with these keys as hits, in this order."""
        pattern = pattern_of(query)
        found = {page.pk: page for page in Page.objects.filter(pk__in=pks).specific()}
        return [self.hit(found[pk], pattern) for pk in pks if pk in found]

    def hit(self, page: Any, pattern: Any) -> Hit:
        """Return one page as a hit; the snippet comes from its public text without the titles."""
        titles = {page.title, page.title_en}
        lines = [line for line in page.searchable_text().split("\n") if line not in titles]
        return Hit(
            url=page.get_url() or "",
            kind=page.search_kind,
            title=parts(page.display_title, pattern),
            snippet=snippet(" ".join(lines), pattern),
            note=page.search_note(),
        )
