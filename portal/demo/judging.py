"""How the demo's experts score: seeded, plausible, with reasons taken from the dossier."""

import random
from decimal import Decimal

from evaluation.criteria import DEFAULT_CRITERIA, Item
from evaluation.models import Assignment
from evaluation.services.balloting import SheetContent
from portal.demo.content import Dossier, complete_slugs, dossiers

STEP = Decimal("0.5")


def sheet(assignment: Assignment, *, harsh: bool = False) -> SheetContent:
    """Return a complete score sheet for one assignment; `harsh` puts it far below the others."""
    dossier = dossier_of(assignment)
    email = assignment.expert.user.email
    dice = random.Random(f"{dossier.slug}/{email}")  # noqa: S311 - a demo's scores
    level = quality(dossier) + severity(email) + dice.gauss(0, 0.025) - 0.26 * harsh
    scores, comments = {}, {}
    for item in DEFAULT_CRITERIA.items():
        points = rounded(item, level + dice.gauss(0, 0.05))
        scores[item.code] = format(points, "f")
        if DEFAULT_CRITERIA.comment_needed(item, points):
            comments[item.code] = reason(item, points, dossier, dice)
    return SheetContent(scores=scores, comments=comments)


def dossier_of(assignment: Assignment) -> Dossier:
    """Return the dossier behind an assignment's entry."""
    by_title = {one.title: one for one in dossiers().values()}
    return by_title[assignment.submission.title]


def quality(dossier: Dossier) -> float:
    """Return a share of full marks: complete dossiers around 0.82, lighter ones 0.77."""
    dice = random.Random(dossier.slug)  # noqa: S311
    centre, spread = (0.82, 0.03) if dossier.slug in complete_slugs() else (0.77, 0.035)
    return dice.gauss(centre, spread)


def severity(email: str) -> float:
    """Return an expert's habit: some are strict, some mild."""
    return random.Random(email).gauss(0, 0.022)  # noqa: S311


def rounded(item: Item, share: float) -> Decimal:
    """Return points on the scale's step for a share of the item's maximum."""
    points = (item.points * Decimal(str(round(share, 4))) / STEP).to_integral_value() * STEP
    return min(max(points, Decimal(0)), item.points)


def reason(item: Item, points: Decimal, dossier: Dossier, dice: random.Random) -> str:
    """Return a comment that cites one of the dossier's own effects."""
    effect = dice.choice(dossier.facts["effects"])
    change = (
        f"“{effect['metric']}”由{effect['before']}变为{effect['after']}（{effect['unit']}），"
        f"依据是：{effect['evidence']}。"
    )
    if points * 2 < item.points * Decimal("1.2"):
        return f"就“{item.zh}”而言证据偏少。{change}仅此一项不足以支持更高的分档。"
    return f"“{item.zh}”一项证据完整。{change}前后口径一致，可以复核。"
