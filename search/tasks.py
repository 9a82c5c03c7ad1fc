"""What starts work of search: the CMS's signals, the queue, and jobs people wait for.

A document is written in the transaction that changes its page, so the embedded engine is right at
once and nothing unpublished outlives its page; the search server is told after the commit.
"""

import logging
from datetime import timedelta
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.utils import timezone
from django.utils.translation import gettext
from django_tasks import task
from wagtail.models import Page, PageViewRestriction
from wagtail.signals import page_published, page_slug_changed, post_page_move

from portal.core.models import Job
from portal.core.queue import Progress, enqueue_job, handles
from search.engines import EngineUnavailable
from search.engines.meilisearch import is_configured
from search.queries.content import searchable_models
from search.services.indexing import forget_page, refresh_pages
from search.services.pushing import push_changes, rebuild_server

log = logging.getLogger(__name__)
RETRY_SECONDS = 20


def connect() -> None:
    """Listen to what changes the public's view of a page."""
    for kind, model in searchable_models().items():
        post_save.connect(on_page_saved, sender=model, dispatch_uid=f"search.saved.{kind}")
        post_delete.connect(on_page_deleted, sender=model, dispatch_uid=f"search.deleted.{kind}")
        page_published.connect(on_page_saved, sender=model, dispatch_uid=f"search.live.{kind}")
    for signal in (page_slug_changed, post_page_move):
        signal.connect(on_page_moved, dispatch_uid="search.moved")
    for signal in (post_save, post_delete):
        signal.connect(
            on_restriction_changed, sender=PageViewRestriction, dispatch_uid="search.restricted"
        )


def on_page_saved(sender: Any, instance: Any, raw: bool = False, **facts: Any) -> None:
    """A page was saved, published or unpublished."""
    if not raw:
        refresh([instance.pk])


def on_page_deleted(sender: Any, instance: Any, **facts: Any) -> None:
    """A page went for good."""
    if forget_page(instance.pk):
        tell_server()


def on_page_moved(sender: Any, instance: Page, **facts: Any) -> None:
    """A page has another address or other pages above it, and so has all below it."""
    refresh(branch_of(instance.pk))


def on_restriction_changed(sender: Any, instance: PageViewRestriction, **facts: Any) -> None:
    """A part of the tree was closed or opened."""
    refresh(branch_of(instance.page_id))


def branch_of(page_id: int) -> list[int]:
    """Return a page and all below it, as the tree is now."""
    page = Page.objects.filter(pk=page_id).first()
    return list(page.get_descendants(inclusive=True).values_list("pk", flat=True)) if page else []


def refresh(page_ids: list[int]) -> None:
    """Bring documents up to date."""
    if refresh_pages(page_ids):
        tell_server()


def tell_server() -> None:
    """Have the search server told once the transaction is through; nothing without a server."""
    if is_configured():
        transaction.on_commit(lambda: push.enqueue())


@task()
def push() -> None:
    """Tell the search server what changed; if it is away, try again in a while."""
    try:
        push_changes()
    except EngineUnavailable as reason:
        log.warning("search server not told: %s", reason)
        push_later()


@handles("search.rebuild")
def rebuild(progress: Progress) -> dict[str, Any]:
    """Build the server's index anew; readers are answered by the old one until it is ready."""
    return {"documents": rebuild_server(progress.step)}


def rebuild_job(*, by: Any) -> Job:
    """Leave a job that rebuilds the index; its page shows the progress."""
    return enqueue_job(kind="search.rebuild", label=gettext("Rebuild the search index"), by=by)


def push_later() -> None:
    """Leave one task for later, not one for every failure."""
    can_wait = push.get_backend().supports_defer
    if can_wait and cache.add("search.push-later", True, RETRY_SECONDS):
        later = timezone.now() + timedelta(seconds=RETRY_SECONDS)
        push.using(run_after=later).enqueue()
