"""What search knows: one row for every page that was ever public, written from what is public.

Derived data: everything here can be made again from the pages (`manage.py search_sync`). What may
become a row is decided in queries/content.py; who writes it is services/indexing.py.
"""

import secrets

from django.db import models
from django.db.models import F

from portal.core import clock


def new_stamp() -> int:
    """Return a number that no other state of any row has, as good as surely."""
    return secrets.randbits(32)


class DocumentQuerySet(models.QuerySet["Document"]):
    """Documents by intent."""

    def present(self) -> "DocumentQuerySet":
        return self.filter(is_gone=False)

    def unpushed(self) -> "DocumentQuerySet":
        """What the search server has not been told yet, oldest first."""
        return self.exclude(pushed_version=F("version")).order_by("pk")


class Document(models.Model):
    """A public page as search sees it; of one that is gone only key and version remain.

    `version` grows with every change and never falls, also over a disappearance: whoever carries
    an older one knows that it is late. `stamp` changes with it and tells processes which rows of
    their index are stale. `pushed_version` is what the search server was last told.
    """

    key = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=20)
    version = models.PositiveBigIntegerField(default=0)
    stamp = models.BigIntegerField(default=new_stamp)
    pushed_version = models.PositiveBigIntegerField(default=0)
    is_gone = models.BooleanField(default=True)
    changed_at = models.DateTimeField(default=clock.now)

    url = models.CharField(max_length=500, blank=True)
    title = models.CharField(max_length=500, blank=True)
    title_en = models.CharField(max_length=500, blank=True)
    lead = models.TextField(blank=True)
    lead_en = models.TextField(blank=True)
    text = models.TextField(blank=True)
    text_en = models.TextField(blank=True)
    note = models.CharField(max_length=500, blank=True)
    note_en = models.CharField(max_length=500, blank=True)
    pinyin = models.CharField(max_length=2000, blank=True)
    facets = models.JSONField(default=dict, blank=True)
    day = models.DateField(null=True, blank=True)
    # Pairs of characters and words with their counts (search/terms.py).
    terms = models.BinaryField(default=bytes, blank=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["is_gone", "stamp"], name="search_state")]

    def __str__(self) -> str:
        return self.key
