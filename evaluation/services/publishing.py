"""From a frozen ranking to the public: verdicts, public notice, announcement.

What the public sees is a snapshot made here: no scores, ranks, experts or contacts. The state of
applications and their public pages belong to showcase and are changed through its services.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from pypinyin import Style, lazy_pinyin

from evaluation.lifecycle import NOTICE, RANKING, NoticeState
from evaluation.models import PublicNotice, Ranking, RankingRow, Verdict
from evaluation.rules.notices import check_can_announce, stays_behind
from evaluation.rules.rankings import check_can_publish_notice
from portal.core import audit, clock
from showcase.lifecycle import RoundState
from showcase.models import Round, SolutionPage, Stage, Submission
from showcase.services.listing import list_submission, record_verdict
from showcase.services.rounds import advance_round, stage_end


@transaction.atomic
def publish_notice(ranking: Ranking, *, by: Any) -> PublicNotice:
    """Publish what a ranking proposes, for the round's number of working days.

    In order: locks round and ranking, checks the rule (second person, fresh, settled), moves the
    ranking, writes every verdict and pushes it down, writes the notice with the public snapshot,
    moves the round, writes the audit event. Raises Denied.
    """
    round = Round.objects.select_for_update().get(pk=ranking.round_id)
    row = Ranking.objects.select_for_update().get(pk=ranking.pk)
    check_can_publish_notice(by, row)
    RANKING.move(row, "publish", by=by, results=row.results_digest)
    proposed = [line.submission for line in record_verdicts(row, by) if line.is_proposed]
    notice = PublicNotice.objects.create(
        round=round,
        title=f"{round.title}拟入选名单公示",
        title_en=f"Public notice of entries proposed for selection: {round.title_en}"
        if round.title_en
        else "",
        entries=public_entries(proposed),
        working_days=round.rules["publicity_days"],
        published_at=clock.now(),
        closes_at=closing_time(round),
    )
    advance_round(round, "publish_notice", by=by)
    audit.record(
        action="notice.published",
        obj=notice,
        by=by,
        after=notice.state,
        facts={
            "entries": len(proposed),
            "closes_at": notice.closes_at,
            "ranking": row.public_id,
        },
    )
    return notice


def record_verdicts(ranking: Ranking, by: Any) -> list[RankingRow]:
    """Write the verdict of every row and carry it into the application."""
    rows = list(
        ranking.rows.select_related(
            "submission__applicant", "submission__direction", "submission__round"
        ).prefetch_related("submission__partners")
    )
    for row in rows:
        Verdict.objects.create(
            submission=row.submission, ranking=ranking, is_proposed=row.is_proposed
        )
        record_verdict(row.submission, is_proposed=row.is_proposed, by=by)
    return rows


def closing_time(round: Round) -> datetime:
    """Return when the notice closes.

    Rule: at least the round's working days, not counting the day of publication, at the
    programme's closing hour; later if the round's calendar promised a later end.
    """
    earliest = stage_end(clock.now(), round.rules["publicity_days"], True)
    planned = round.stage(Stage.Kind.PUBLICITY)
    return max(earliest, planned.closes_at) if planned else earliest


def public_entries(submissions: list[Submission]) -> list[dict[str, Any]]:
    """Return the public snapshot, ordered by region code, then pinyin of applicant and title."""
    return [public_entry(one) for one in sorted(submissions, key=public_order)]


def public_order(submission: Submission) -> tuple[str, list[str], list[str]]:
    """Rule: by administrative division, then pinyin; the order says nothing about merit."""
    names = (submission.applicant.name, submission.title)
    by_name, by_title = (lazy_pinyin(text, style=Style.TONE3) for text in names)
    return submission.region, by_name, by_title


def public_entry(submission: Submission) -> dict[str, Any]:
    """Return what the notice says of one entry; `submission` is its key and is not shown."""
    direction, partners = submission.direction, list(submission.partners.all())
    assert direction is not None
    return {
        "submission": submission.public_id,
        "title": submission.title,
        "title_en": submission.data.get("pj.title_en", ""),
        "applicant": submission.applicant.name,
        "applicant_en": submission.applicant.name_en,
        "partners": [partner.name for partner in partners],
        "direction": direction.name,
        "direction_en": direction.name_en,
        "region": submission.region,
        "abstract": submission.data.get("pj.public", ""),
        "abstract_en": submission.data.get("pj.public_en", ""),
    }


@transaction.atomic
def announce(notice: PublicNotice, *, by: Any) -> list[SolutionPage]:
    """List every proposed entry that no open objection holds back, and put its page online.

    In order: locks notice, checks the rule, closes the notice, lists each entry, moves the round
    the first time, writes the audit event. Can be called again for entries that were held
    before; what is listed stays as it is. Returns the pages of this call. Raises Denied.
    """
    row = PublicNotice.objects.select_for_update().get(pk=notice.pk)
    check_can_announce(by, row)
    if row.state == NoticeState.OPEN:
        close(row, by)
    pages = [list_submission(one, by=by) for one in ready_entries(row)]
    if row.round.state == RoundState.PUBLICITY:
        advance_round(row.round, "announce", by=by)
    if pages:
        audit.record(
            action="notice.announced",
            obj=row,
            by=by,
            facts={"listed": [page.slug for page in pages]},
        )
    notice.state, notice.closed_at = row.state, row.closed_at
    return pages


def close(notice: PublicNotice, by: Any) -> None:
    """Close a notice whose time is over."""
    notice.closed_at = clock.now()
    notice.save(update_fields=["closed_at"])
    NOTICE.move(notice, "close", by=by)


def ready_entries(notice: PublicNotice) -> list[Submission]:
    """Return the entries of the notice that can be listed now."""
    entries = Submission.objects.filter(round=notice.round_id, verdict__is_proposed=True)
    entries = entries.prefetch_related("objections").order_by("number")
    return [entry for entry in entries if not stays_behind(entry)]
