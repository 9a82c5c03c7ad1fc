"""What every public page shares so that search finds Chinese words.

The database engines take a run of Chinese characters for one word; `zh_grams` gives them the
single characters and character pairs instead. Queries are cut the same way by `search`.
"""

import re

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

HAN_RUN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0002fa1f]+")


def grams(text: str) -> str:
    """Return the distinct characters and character pairs of every Chinese run in `text`."""
    found: dict[str, None] = {}
    for run in HAN_RUN.findall(text):
        found.update(dict.fromkeys(run))
        found.update(dict.fromkeys(run[i : i + 2] for i in range(len(run) - 1)))
    return " ".join(found)


class BilingualPageMixin(models.Model):
    """A page with an English title beside the Chinese one, searchable in both."""

    title_en = models.CharField(_("English title"), max_length=255, blank=True)

    class Meta:
        abstract = True

    @property
    def display_title(self) -> str:
        english = (get_language() or "").startswith("en")
        return self.title_en if english and self.title_en else self.title  # type: ignore[attr-defined]

    def searchable_text(self) -> str:
        """Return all public text of the page; pages with more than a title override this."""
        return f"{self.title}\n{self.title_en}"  # type: ignore[attr-defined]

    def zh_grams(self) -> str:
        """Return the search index's extra field."""
        return grams(self.searchable_text())
