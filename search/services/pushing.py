"""Telling the search server what changed. The documents are the truth; the server follows.

Rule: a late job never wins. After every push the row is compared with what was pushed: if it has
moved on meanwhile, its push is taken back and it is pushed again, so the last one to push is
always one who pushed what is current.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from search.engines import EngineUnavailable
from search.engines.meilisearch import Server, is_configured
from search.models import Document

log = logging.getLogger(__name__)
AT_ONCE = 500
MOST_ROUNDS = 100
Step = Callable[[int, int], None]


@dataclass(frozen=True)
class Drift:
    """What the server held otherwise than the documents say, by keys."""

    missing: int = 0
    outdated: int = 0
    extra: int = 0

    @property
    def total(self) -> int:
        return self.missing + self.outdated + self.extra


def push_changes() -> int:
    """Push every document the server does not know yet; return how many pushes it took.

    Does nothing without a server. Raises EngineUnavailable; what was not pushed stays marked.
    """
    if not is_configured():
        return 0
    server, pushed = Server(), 0
    if not server.exists():
        raise EngineUnavailable("no index: run manage.py search_rebuild")
    for _round in range(MOST_ROUNDS):
        rows = list(Document.objects.unpushed()[:AT_ONCE])
        if not rows:
            break
        push(rows, server)
        pushed += len(rows)
    return pushed


def push(rows: Iterable[Document], server: Server) -> None:
    """Push these states and note it, where a row is still in the state that was pushed."""
    sent = list(rows)
    server.write(sent)
    for row in sent:
        current = Document.objects.filter(pk=row.pk)
        if not current.filter(version=row.version).update(pushed_version=row.version):
            current.update(pushed_version=0)


def repair_server() -> Drift:
    """Compare the server with the documents, key and version, and mend what differs.

    Without an index it makes a new one. Raises EngineUnavailable.
    """
    server = Server()
    if not server.exists():
        total = Document.objects.present().count()
        rebuild_server(lambda done, total: None)
        return Drift(missing=total)
    return mend(server)


def mend(server: Server) -> Drift:
    """Push what is missing or outdated, remove what no row stands for; return what was found."""
    held = server.versions()
    due = dict(Document.objects.present().values_list("key", "version"))
    missing = [key for key in due if key not in held]
    outdated = [key for key in due if key in held and held[key] != due[key]]
    extra = [key for key in held if key not in due]
    Document.objects.filter(key__in=[*missing, *outdated]).update(pushed_version=0)
    if extra:
        # A row that came meanwhile is unpushed and follows below; one that went is gone.
        server.remove(extra)
        Document.objects.filter(key__in=extra).update(pushed_version=0)
    right = [key for key in due if held.get(key) == due[key]]
    for start in range(0, len(right), AT_ONCE):
        note_right({key: due[key] for key in right[start : start + AT_ONCE]})
    push_changes()
    return Drift(len(missing), len(outdated), len(extra))


def note_right(versions: dict[str, int]) -> None:
    """Note of documents that the server holds them as they are."""
    rows = Document.objects.filter(key__in=versions).unpushed()
    for row in rows.only("pk", "key", "version"):
        if versions[row.key] == row.version:
            same = Document.objects.filter(pk=row.pk, version=row.version)
            same.update(pushed_version=row.version)


def rebuild_server(step: Step) -> int:
    """Build a new index beside the old one, exchange them, delete the old; return its size.

    Readers are answered by the old one until the exchange. What changed meanwhile was pushed to
    the old one and is pushed again to the new. `step(done, total)` may raise to stop: then the
    unfinished index is deleted and nothing has happened.
    """
    server, fresh = Server(), Server(f"{Server().uid}_new")
    try:
        fresh.create()
        total, done = Document.objects.present().count(), 0
        step(0, total)
        keys = list(Document.objects.present().order_by("pk").values_list("pk", flat=True))
        for start in range(0, len(keys), AT_ONCE):
            rows = Document.objects.present().filter(pk__in=keys[start : start + AT_ONCE])
            fresh.write(rows)
            done += len(keys[start : start + AT_ONCE])
            step(done, max(done, total))
        if not server.exists():
            server.create()
        server.swap_with(fresh.uid)
    finally:
        fresh.drop()
    mend(server)
    return done
