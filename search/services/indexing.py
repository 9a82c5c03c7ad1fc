"""Keeping documents equal to what is public. Nothing here speaks to a search server.

The document is locked first and the page read after that: of two writers the later one reads
what is newest, whatever order their jobs come in.
"""

import logging
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from django.db import transaction

from portal.core import clock
from search.models import Document, new_stamp
from search.queries.content import Content, content_of, key_of, public_page, public_pages

log = logging.getLogger(__name__)
EMPTY = asdict(Content("", "", "", "", "", "", "", "", "", "", ""))


@transaction.atomic
def refresh_page(page_id: int) -> bool:
    """Write, rewrite or empty the document of one page; return whether anything changed.

    Locks the document (made as a tombstone if it is new), then reads the page. A change raises
    the version. A page nobody may read loses all its text here at once.
    """
    if not is_concerned(page_id):
        return False
    row, _is_new = Document.objects.get_or_create(key=key_of(page_id))
    row = Document.objects.select_for_update().get(pk=row.pk)
    return write(row, content_of(page_id))


@transaction.atomic
def forget_page(page_id: int) -> bool:
    """Empty the document of a page that is being deleted; return whether there was one."""
    row = Document.objects.select_for_update().filter(key=key_of(page_id)).first()
    return write(row, None) if row else False


def write(row: Document, content: Content | None) -> bool:
    """Put this content into a locked document, nothing for None; return whether it is new."""
    values = asdict(content) if content else dict(EMPTY)
    values["is_gone"] = content is None
    if not is_different(row, values):
        return False
    for name, value in values.items():
        setattr(row, name, value)
    row.version += 1
    row.stamp, row.changed_at = new_stamp(), clock.now()
    row.save()
    return True


def is_concerned(page_id: int) -> bool:
    """Whether a page has or had a document or should have one; of drafts search keeps no trace."""
    return Document.objects.filter(key=key_of(page_id)).exists() or bool(public_page(page_id))


def is_different(row: Document, values: dict[str, Any]) -> bool:
    """Whether a document says anything else than it should."""
    kept = {name: getattr(row, name) for name in values}
    kept["terms"] = bytes(kept["terms"])
    return kept != values


def refresh_pages(page_ids: Iterable[int]) -> int:
    """Refresh some pages, each for itself; return how many documents changed.

    A page that cannot be read is left to the next drift check: search never stops a publication.
    The log names the page's number and no text of it.
    """
    changed = 0
    for page_id in sorted(set(page_ids)):
        try:
            changed += refresh_page(page_id)
        except Exception as error:
            log.error("search cannot read page %s: %s", page_id, type(error).__name__)
    return changed


def repair_documents() -> int:
    """Refresh every page that is public or has a document; return how many had drifted."""
    known = Document.objects.values_list("key", flat=True)
    return refresh_pages([*public_pages(), *(int(key.removeprefix("page-")) for key in known)])
