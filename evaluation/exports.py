"""The ranking as an xlsx workbook: exactly what the board shows, and what it was made from.

Experts appear by number. Text cells are written as text (portal.core.spreadsheets), so that no
title can become a formula.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _

from evaluation.models import Ranking, RankingRow
from evaluation.queries.rankings import figures_of, numbers_of, sheets_of
from evaluation.queries.snapshots import Inputs, stored_inputs
from evaluation.rules.rankings import outcome_label
from portal.core.spreadsheets import Column, Table, write_workbook
from portal.core.taxonomies import region_name
from portal.core.templatetags.formatting import moment
from showcase.models.programme import in_language

SCORE = "0.00"
SHARE = "0%"


def ranking_workbook(ranking: Ranking) -> bytes:
    """Return the workbook: ranking, ballots, items, criteria, snapshot with its digests."""
    inputs = stored_inputs(ranking)
    rows = list(
        ranking.rows.select_related("submission__applicant", "direction").order_by(
            "direction__order", "rank", "submission__public_id"
        )
    )
    rows.sort(key=lambda row: (row.direction.order, row.rank is None, row.rank or 0))
    titles = title_lines(ranking)
    return write_workbook(
        [
            ranking_sheet(ranking, rows, titles),
            ballots_sheet(inputs, rows, titles),
            items_sheet(inputs, rows, titles),
            criteria_sheet(inputs, titles),
            snapshot_sheet(ranking, titles),
        ]
    )


def title_lines(ranking: Ranking) -> list[str]:
    """Return the lines above every sheet: round, snapshot, digest."""
    return [
        ranking.round.display_title,
        _("Snapshot %(number)s of %(time)s, results %(digest)s")
        % {
            "number": ranking.number,
            "time": moment(ranking.created_at),
            "digest": ranking.results_digest,
        },
    ]


def ranking_sheet(ranking: Ranking, rows: Sequence[RankingRow], titles: list[str]) -> Table:
    """Return the official rows by direction, with the estimate's columns marked as such."""
    columns = [
        Column(_("Direction"), 16),
        Column(_("Rank"), 7),
        Column(_("Number"), 15),
        Column(_("Title"), 42),
        Column(_("Applicant"), 30),
        Column(_("Region"), 10),
        Column(_("Official score"), 10, SCORE),
        Column(_("Spread"), 9, SCORE),
        Column(_("Outcome"), 16),
        Column(_("Estimate (decision support)"), 14, SCORE),
        Column(_("Interval from"), 10, SCORE),
        Column(_("Interval to"), 10, SCORE),
        Column(_("Probability of selection"), 12, SHARE),
    ]
    figures = figures_of(ranking)
    return Table(
        name=_("Ranking"),
        columns=columns,
        rows=(ranking_cells(row, figures.get(row.submission.public_id)) for row in rows),
        title_lines=titles,
        notes=[
            _(
                "The official score decides the order. Estimate, interval and probability "
                "are decision support and change nothing."
            )
        ],
    )


def ranking_cells(row: RankingRow, figures: Any) -> list[Any]:
    """Return one line of the ranking sheet."""
    beside = [figures[key] for key in ("estimate", "low", "high", "selection")] if figures else []
    return [
        row.direction.display_name,
        row.rank,
        row.submission.number,
        row.submission.title,
        row.submission.applicant.display_name,
        region_name(row.submission.region),
        row.score,
        row.spread,
        str(outcome_label(row)),
        *(beside or [None] * 4),
    ]


def ballots_sheet(inputs: Inputs, rows: Sequence[RankingRow], titles: list[str]) -> Table:
    """Return the matrix of totals: entries down, experts by number across."""
    numbers = sorted(numbers_of(inputs).values())
    heads = [Column(_("Expert %(number)s") % {"number": number}, 9, SCORE) for number in numbers]

    def cells() -> Iterator[list[Any]]:
        for row in rows:
            given = {s.number: s.total for s in sheets_of(inputs, row.submission.public_id)}
            yield [
                row.direction.display_name,
                row.submission.number,
                row.submission.title,
                *(given.get(number) for number in numbers),
            ]

    return Table(
        name=_("Ballots"),
        columns=[Column(_("Direction")), Column(_("Number")), Column(_("Title"), 42), *heads],
        rows=cells(),
        title_lines=titles,
    )


def items_sheet(inputs: Inputs, rows: Sequence[RankingRow], titles: list[str]) -> Table:
    """Return every ballot with its points by item."""
    items = inputs.criteria.items()
    heads = [Column(f"{item.code} {in_language(item.zh, item.en)}", 11, SCORE) for item in items]

    def cells() -> Iterator[list[Any]]:
        for row in rows:
            for sheet in sheets_of(inputs, row.submission.public_id):
                yield [
                    row.submission.number,
                    row.submission.title,
                    _("Expert %(number)s") % {"number": sheet.number},
                    *(sheet.points.get(item.code) for item in items),
                    sheet.total,
                ]

    return Table(
        name=_("Items"),
        columns=[
            Column(_("Number")),
            Column(_("Title"), 42),
            Column(_("Expert"), 10),
            *heads,
            Column(_("Total"), 9, SCORE),
        ],
        rows=cells(),
        title_lines=titles,
    )


def criteria_sheet(inputs: Inputs, titles: list[str]) -> Table:
    """Return the criteria with their items and maxima."""
    return Table(
        name=_("Criteria"),
        columns=[
            Column(_("Criterion"), 34),
            Column(_("Item"), 34),
            Column(_("Maximum points"), 12),
        ],
        rows=[
            [
                f"{criterion.code} {in_language(criterion.zh, criterion.en)}",
                f"{item.code} {in_language(item.zh, item.en)}",
                item.points,
            ]
            for criterion in inputs.criteria.criteria
            for item in criterion.items
        ],
        title_lines=titles,
    )


def snapshot_sheet(ranking: Ranking, titles: list[str]) -> Table:
    """Return what is needed to recompute the ranking and to know it again."""
    inputs = stored_inputs(ranking)
    rule = inputs.rule
    facts = [
        (_("Snapshot"), ranking.number),
        (_("State"), ranking.get_state_display()),
        (_("Frozen at"), moment(ranking.created_at)),
        (_("SHA-256 of the inputs"), ranking.inputs_digest),
        (_("SHA-256 of the results"), ranking.results_digest),
        (_("Seed of the estimate"), ranking.seed),
        (_("One highest and one lowest dropped from this many ballots on"), rule.trim_from),
        (_("Fewest ballots for a valid score"), rule.ballots_min),
        (_("Spread that needs the panel's talk"), rule.talk_spread),
        (_("Pass mark"), rule.pass_mark),
        (_("Order of criteria in a tie"), ", ".join(rule.tie_order)),
        *((_("Places: %(direction)s") % {"direction": d}, n) for d, n in inputs.places.items()),
    ]
    return Table(
        name=_("Snapshot"),
        columns=[Column(_("Fact"), 44), Column(_("Value"), 72)],
        rows=facts,
        title_lines=titles,
    )
