"""The board's words, scales and drawings, made from the board's reads."""

import math
from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from evaluation.calibration import NoticeCode, Status
from evaluation.criteria import VETO_GROUNDS
from evaluation.forms.talking import FORMS
from evaluation.lifecycle import RankingState
from evaluation.models import Ranking, RankingRow, Talk
from evaluation.queries.rankings import Board, Line, RecordCheck, sheets_of
from evaluation.queries.snapshots import Inputs, signed_ballots
from evaluation.rules.rankings import OUTCOMES, reason_of
from evaluation.scoring import Outcome
from portal.core.charts import Interval, interval_chart, severity_chart
from portal.core.templatetags.formatting import in_chinese, moment
from showcase.models.programme import in_language

STEPS = (5, 10, 20, 25)
NOTABLE = 5  # points of severity from which an expert is named under the chart


def board_context(board: Board, record: RecordCheck | None) -> dict[str, Any]:
    """Return everything the board's template shows beside its forms."""
    scale = scale_of(board)
    return {
        "ranking": board.ranking,
        "board": board,
        "is_frozen": board.ranking.state == RankingState.FROZEN,
        "tabs": tabs_of(board),
        "facts": facts_of(board),
        "record": record,
        "close_text": close_text(board),
        "ballots": sum(len(entry.ballots) for entry in board.inputs.entries),
        "open_points": [
            (reason_of(point), point.public_id) for line in board.lines for point in line.blockers
        ],
        "open_elsewhere": len(board.open_points) - sum(len(x.blockers) for x in board.lines),
        "lines": [line_context(line) for line in board.lines],
        "scale": scale,
        "why_no_estimate": why_no_estimate(board.ranking),
        "warnings": warnings_of(board),
        "charts": charts_of(board) if board.is_estimated else None,
    }


def tabs_of(board: Board) -> list[dict[str, Any]]:
    base = reverse("ranking_board", args=[board.ranking.round.code])
    return [
        {
            "label": direction.display_name,
            "url": f"{base}?direction={direction.code}",
            "count": board.counts.get(direction.code, 0),
            "current": direction.pk == board.direction.pk,
        }
        for direction in board.directions
    ]


def facts_of(board: Board) -> list[tuple[str, Any]]:
    """Return the snapshot's facts: when, by which rule, how many places."""
    ranking, rule = board.ranking, board.inputs.rule
    return [
        (
            _("Snapshot"),
            _("No. %(number)s, %(time)s")
            % {"number": ranking.number, "time": moment(ranking.created_at)},
        ),
        (_("Frozen by"), ranking.frozen_by or "–"),
        (
            _("Rule"),
            _("From %(count)s ballots on drop one highest and one lowest, then the mean")
            % {"count": rule.trim_from},
        ),
        (
            _("Places"),
            _("%(places)s, and at least %(mark)s points")
            % {"places": board.direction.places, "mark": f"{rule.pass_mark:f}"},
        ),
    ]


def ranks_text(ranks: list[int]) -> str:
    """Return ranks as people say them: 5, 5 to 7, or 3, 5, 7."""
    ordered = sorted(set(ranks))
    if len(ordered) > 1 and ordered[-1] - ordered[0] == len(ordered) - 1:
        return _("%(first)s to %(last)s") % {"first": ordered[0], "last": ordered[-1]}
    return listed(map(str, ordered))


def close_text(board: Board) -> str:
    """Return the sentence that names the ranks too close to call, if there are any."""
    ranks = [line.row.rank for line in board.close_calls if line.row.rank is not None]
    if not ranks:
        return ""
    return ngettext(
        "Rank %(ranks)s is too close to the selection line to call.",
        "Ranks %(ranks)s are too close to the selection line to call.",
        len(ranks),
    ) % {"ranks": ranks_text(ranks)}


def line_context(line: Line) -> dict[str, Any]:
    """Return one row of the table: outcome in words with its tone, figures, tone of the bars."""
    text, tone = OUTCOMES[Outcome(line.row.reason)]
    return {
        "row": line.row,
        "figures": line.figures,
        "is_last_in": line.is_last_in,
        "outcome": waiting_text(line) if line.blockers else text,
        "tone": "warn" if line.blockers else tone,
        "mark": "w" if line.is_close else "1",
        "line_mark": "lw" if line.is_close else "l1",
    }


def waiting_text(line: Line) -> str:
    """Return what the panel still has to do on an entry."""
    words = {"talk": _("Talk needed"), "vote": _("Vote needed"), "veto": _("Veto to decide")}
    return words[line.blockers[0].code]


def scale_of(board: Board) -> Mapping[str, Any]:
    """Return a scale of four equal steps around the intervals, with the three inner marks."""
    bounds = [line.figures[key] for line in board.lines if line.figures for key in ("low", "high")]
    low, high = (min(bounds), max(bounds)) if bounds else (0, 100)
    for step in STEPS:
        start = math.floor(low / step) * step
        if start + 4 * step >= high:
            break
    ticks = [(48 * place, start + place * step) for place in (1, 2, 3)]
    return {"start": start, "end": start + 4 * step, "ticks": ticks}


def why_no_estimate(ranking: Ranking) -> str:
    """Return why the estimate is not shown, or nothing where it is."""
    if ranking.estimate is None:
        return _("The estimate is being computed in the background; reload the page in a moment.")
    if ranking.estimate["status"] == Status.EMPTY:
        return _("No entry has the three ballots an estimate needs.")
    if ranking.estimate["status"] == Status.REFUSED:
        return _(
            "The computation did not settle (R-hat %(r_hat)s, allowed up to 1.05), so its figures "
            "are not shown. The official ranking does not depend on it."
        ) % {"r_hat": ranking.estimate["diagnostics"]["r_hat"]}
    return ""


def warnings_of(board: Board) -> list[str]:
    """Return what a reader of the estimate must know."""
    if not board.is_estimated:
        return []
    found = []
    for notice in board.ranking.estimate["notices"]:  # type: ignore[index]
        if notice["code"] == NoticeCode.COMPONENTS:
            text = _(
                "The experts and entries fall into %(count)s parts without a shared expert; "
                "severity can be compared only inside a part."
            )
            found.append(text % {"count": int(notice["value"])})
        if (
            notice["code"] == NoticeCode.DIRECTION_SPLIT
            and notice["subject"] == board.direction.code
        ):
            found.append(_("The entries of this direction lie in several such parts."))
        if notice["code"] == NoticeCode.AT_BOUND:
            found.append(_("More than a tenth of the ballots lie at 0 or 100: differences hide."))
    return found


def charts_of(board: Board) -> dict[str, Any]:
    """Return both drawings with their tables and the sentences under them."""
    ranked = [line for line in board.lines if line.figures and line.row.rank is not None]
    name = board.direction.display_name
    people = board.severities
    return {
        "ranks": interval_chart(
            [rank_interval(line) for line in ranked],
            cut=board.direction.places if ranked else None,
            title=_("Rank intervals and the selection line: %(direction)s") % {"direction": name},
            description=close_text(board) or _("No entry is too close to the line to call."),
        ),
        "no_close_text": _("No entry is too close to the line to call."),
        "rank_head": [_("Entry"), _("Official rank"), _("Rank interval")],
        "rank_rows": [
            [
                line.row.submission.title,
                line.row.rank,
                f"{line.figures['rank_low']}–{line.figures['rank_high']}",  # type: ignore[index]
            ]
            for line in ranked
        ],
        "severity": severity_chart(
            [severity_interval(row) for row in people],
            title=_("How strict the experts are"),
            description=severity_text(people),
        ),
        "severity_head": [_("Expert"), _("Offset"), _("Interval"), _("Ballots")],
        "severity_rows": [
            [
                row["number"],
                f"{row['severity']:+.1f}",
                f"{row['low']:+.1f} – {row['high']:+.1f}",
                row["ballots"],
            ]
            for row in people
        ],
        "severity_text": severity_text(people),
        "left_out_text": left_out_text(board),
    }


def rank_interval(line: Line) -> Interval:
    figures = line.figures
    assert figures is not None
    return Interval(
        label=line.row.submission.title,
        value=line.row.rank or 0,
        low=figures["rank_low"],
        high=figures["rank_high"],
        tone="warn" if line.is_close else "",
    )


def severity_interval(row: Mapping[str, Any]) -> Interval:
    count = row["ballots"]
    return Interval(
        label=_("Expert %(number)s") % {"number": row["number"]},
        value=row["severity"],
        low=row["low"],
        high=row["high"],
        tone="warn" if abs(row["severity"]) >= NOTABLE else "",
        note=ngettext("%(n)s ballot", "%(n)s ballots", count) % {"n": count},
    )


def severity_text(people: list[dict[str, Any]]) -> str:
    """Return who is far stricter or more lenient than the average, in words."""
    strict = [row for row in people if row["severity"] <= -NOTABLE]
    lenient = [row for row in people if row["severity"] >= NOTABLE]
    sentences = []
    for rows, one in (
        (strict, _("Expert %(number)s is %(points)s points stricter than the average.")),
        (lenient, _("Expert %(number)s is %(points)s points more lenient than the average.")),
    ):
        sentences += [
            one % {"number": row["number"], "points": f"{abs(row['severity']):.1f}"} for row in rows
        ]
    if not sentences:
        return _("No expert lies 5 points or more from the average.")
    return sentences_joined(sentences)


def listed(words: Iterable[str]) -> str:
    """Put names or numbers in a row, with the sign each language uses between them."""
    return ("、" if in_chinese() else ", ").join(words)


def sentences_joined(sentences: list[str]) -> str:
    """Put sentences after one another: Chinese needs no space between them."""
    return ("" if in_chinese() else " ").join(sentences)


def left_out_text(board: Board) -> str:
    """Return how the official list would change without one of the experts, in words."""
    if not board.left_out:
        return _("Without any one of the experts the official list would be the same.")
    experts: dict[tuple[str, str], list[str]] = {}
    for change in board.left_out:
        entered, left = (
            listed(row.submission.title for row in change[key]) for key in ("entered", "left")
        )
        experts.setdefault((entered, left), []).append(change["number"])
    sentences = [
        left_out_sentence(entered, left, listed(numbers))
        for (entered, left), numbers in experts.items()
    ]
    return sentences_joined(
        [*sentences, _("Without any one of the others the official list stays the same.")]
    )


def left_out_sentence(entered: str, left: str, numbers: str) -> str:
    """Return how the official list changes without any one of these experts."""
    if entered and left:
        text = _("Without expert %(numbers)s “%(entered)s” would replace “%(left)s”.")
    elif left:
        text = _("Without expert %(numbers)s “%(left)s” would fall out.")
    else:
        text = _("Without expert %(numbers)s “%(entered)s” would come in.")
    return text % {"numbers": numbers, "entered": entered, "left": left}


def entry_context(row: RankingRow, inputs: Inputs, bound: Any) -> dict[str, Any]:
    """Return one entry's ballots by number, what was raised and settled, and the forms due."""
    sheets, flags = sheets_of(inputs, row.submission.public_id), flags_of(row)
    return {
        "sheets": sheets,
        "items": [
            {
                "code": item.code,
                "name": in_language(item.zh, item.en),
                "points": item.points,
                "given": [sheet.points[item.code] for sheet in sheets],
            }
            for item in inputs.criteria.items()
        ],
        "flags": flags,
        "talks": row.submission.talks.select_related("recorded_by"),
        "forms": [
            bound if bound is not None and bound.kind == kind else FORMS[kind](prefix=kind)
            for kind in forms_due(row, bool(flags))
        ],
        "outcome": OUTCOMES[Outcome(row.reason)],
    }


def flags_of(row: RankingRow) -> list[dict[str, str]]:
    """Return the veto grounds experts raised on this entry, without saying who."""
    names = {code: in_language(zh, en) for code, zh, en in VETO_GROUNDS}
    return [
        {"ground": names.get(flag["code"], flag["code"]), "reason": flag.get("reason", "")}
        for ballot in signed_ballots(row.ranking.round)
        if ballot.assignment.submission_id == row.submission_id
        for flag in ballot.flags
    ]


def forms_due(row: RankingRow, is_flagged: bool) -> list[str]:
    """Return which records make sense for an entry: talk always, vote when tied, veto if raised."""
    kinds = [Talk.Kind.SPREAD.value]
    if row.needs_vote:
        kinds.append(Talk.Kind.VOTE.value)
    if is_flagged:
        kinds.append(Talk.Kind.VETO.value)
    return kinds
