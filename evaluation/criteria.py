"""The scoring criteria as data: criteria, items, anchors, and what one ballot must satisfy.

A round keeps its own frozen copy (`as_data` / `from_data`), so that a later edition never
changes an old score. Not for putting ballots together into a score: that is scoring.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

FULL_MARKS = Decimal(100)


class BallotError(ValueError):
    """A ballot breaks the criteria. `code` says how (words are made elsewhere), `item` where."""

    def __init__(self, code: str, item: str) -> None:
        super().__init__(f"{item}: {code}")
        self.code = code
        self.item = item


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to score: 0 to `points`, in the set's step."""

    code: str
    zh: str
    en: str
    points: Decimal


@dataclass(frozen=True, slots=True)
class Criterion:
    """A named group of items; its weight is the sum of theirs."""

    code: str
    zh: str
    en: str
    items: tuple[Item, ...]

    @property
    def points(self) -> Decimal:
        return sum((item.points for item in self.items), Decimal(0))


@dataclass(frozen=True, slots=True)
class Anchor:
    """What a share of an item's maximum, from `percent` up to the next anchor, stands for."""

    code: str
    percent: int
    zh: str
    en: str
    meaning_zh: str
    meaning_en: str


@dataclass(frozen=True, slots=True)
class Band:
    """An anchor in points of one item: both ends can be given and belong to the band."""

    anchor: Anchor
    low: Decimal
    high: Decimal


@dataclass(frozen=True, slots=True)
class CriterionSet:
    """A whole score sheet. Raises ValueError when it does not add up to 100."""

    criteria: tuple[Criterion, ...]
    anchors: tuple[Anchor, ...]  # highest first, the last one from 0 %
    step: Decimal = Decimal("0.5")
    comment_below: int = 60  # per cent of the item's maximum
    comment_from: int = 90
    comment_length: int = 20  # characters

    def __post_init__(self) -> None:
        codes = [item.code for item in self.items()]
        if len(set(codes)) < len(codes):
            raise ValueError("an item code is used twice")
        if sum((item.points for item in self.items()), Decimal(0)) != FULL_MARKS:
            raise ValueError("the items do not add up to 100 points")
        if any(item.points % self.step or item.points <= 0 for item in self.items()):
            raise ValueError("an item's maximum is not a whole number of steps")
        percents = [anchor.percent for anchor in self.anchors]
        if percents != sorted(set(percents), reverse=True) or percents[-1:] != [0]:
            raise ValueError("the anchors must fall from the highest to 0")

    def items(self) -> tuple[Item, ...]:
        """All items in the order of the sheet."""
        return tuple(item for criterion in self.criteria for item in criterion.items)

    def item(self, code: str) -> Item:
        """The item with this code; BallotError `unknown_item` if there is none."""
        for item in self.items():
            if item.code == code:
                return item
        raise BallotError("unknown_item", code)

    def criterion_points(self, points: Mapping[str, Decimal]) -> dict[str, Decimal]:
        """Points by criterion of one whole ballot; BallotError when an item is missing."""
        missing = [item.code for item in self.items() if item.code not in points]
        if missing:
            raise BallotError("missing", missing[0])
        return {
            criterion.code: sum((points[item.code] for item in criterion.items), Decimal(0))
            for criterion in self.criteria
        }

    def total(self, points: Mapping[str, Decimal]) -> Decimal:
        """Rule: a ballot's total is the plain sum of its items, 0 to 100 (weights are maxima)."""
        return sum(self.criterion_points(points).values(), Decimal(0))

    def comment_needed(self, item: Item, points: Decimal) -> bool:
        """Rule: under 60 % or from 90 % of an item's maximum the expert says why (评语).

        Compared as points x 100 against maximum x percent, so nothing is rounded: 13.5 of 15 is
        exactly 90 % and needs a comment, 9 of 15 exactly 60 % and needs none.
        """
        share = points * 100
        return share < item.points * self.comment_below or share >= item.points * self.comment_from

    def anchor_for(self, item: Item, points: Decimal) -> Anchor:
        """The anchor these points stand for."""
        return next(a for a in self.anchors if points * 100 >= item.points * a.percent)

    def bands(self, item: Item) -> tuple[Band, ...]:
        """Each anchor's range in points one can give, highest first; empty ranges are left out."""
        steps = [self.step * n for n in range(int(item.points / self.step) + 1)]
        grouped = {
            anchor: [points for points in steps if self.anchor_for(item, points) == anchor]
            for anchor in self.anchors
        }
        return tuple(Band(a, given[0], given[-1]) for a, given in grouped.items() if given)

    def faults(
        self, points: Mapping[str, Decimal], comments: Mapping[str, str]
    ) -> tuple[BallotError, ...]:
        """All that keeps a ballot from being signed, in the order of the sheet.

        Codes: unknown_item, missing, out_of_range, off_step, comment_short.
        """
        known = {item.code for item in self.items()}
        unknown = [BallotError("unknown_item", code) for code in sorted(set(points) - known)]
        found = (self._fault(item, points.get(item.code), comments) for item in self.items())
        return (*(fault for fault in found if fault), *unknown)

    def _fault(
        self, item: Item, points: Decimal | None, comments: Mapping[str, str]
    ) -> BallotError | None:
        if points is None:
            return BallotError("missing", item.code)
        if not 0 <= points <= item.points:
            return BallotError("out_of_range", item.code)
        if points % self.step:
            return BallotError("off_step", item.code)
        written = len("".join(comments.get(item.code, "").split()))
        if self.comment_needed(item, points) and written < self.comment_length:
            return BallotError("comment_short", item.code)
        return None

    def as_data(self) -> dict[str, Any]:
        """Plain JSON data, as stored with a round; Decimals as strings."""
        return {
            "criteria": [
                {
                    "code": criterion.code,
                    "zh": criterion.zh,
                    "en": criterion.en,
                    "items": [
                        {"code": i.code, "zh": i.zh, "en": i.en, "points": f"{i.points:f}"}
                        for i in criterion.items
                    ],
                }
                for criterion in self.criteria
            ],
            "anchors": [
                {
                    "code": a.code,
                    "percent": a.percent,
                    "zh": a.zh,
                    "en": a.en,
                    "meaning_zh": a.meaning_zh,
                    "meaning_en": a.meaning_en,
                }
                for a in self.anchors
            ],
            "step": f"{self.step:f}",
            "comment_below": self.comment_below,
            "comment_from": self.comment_from,
            "comment_length": self.comment_length,
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> CriterionSet:
        """Read back what `as_data` wrote."""
        return cls(
            criteria=tuple(_criterion(entry) for entry in data["criteria"]),
            anchors=tuple(Anchor(**entry) for entry in data["anchors"]),
            step=Decimal(data["step"]),
            comment_below=data["comment_below"],
            comment_from=data["comment_from"],
            comment_length=data["comment_length"],
        )


def _criterion(data: Mapping[str, Any]) -> Criterion:
    items = (Item(i["code"], i["zh"], i["en"], Decimal(i["points"])) for i in data["items"])
    return Criterion(data["code"], data["zh"], data["en"], tuple(items))


def _sheet_line(code: str, zh: str, en: str, items: Sequence[tuple[str, str, int]]) -> Criterion:
    """One criterion; its items are lettered a, b, ... after its code."""
    lettered = (
        Item(f"{code}{letter}", item_zh, item_en, Decimal(points))
        for letter, (item_zh, item_en, points) in zip("abcdef", items, strict=False)
    )
    return Criterion(code, zh, en, tuple(lettered))


# The default programme's sheet: a reconstruction, editable, never an official form.
DEFAULT_CRITERIA = CriterionSet(
    criteria=(
        _sheet_line(
            "C1",
            "先进性与创新性",
            "Advancement and innovation",
            [("技术先进", "Technical advancement", 15), ("创新", "Innovation", 10)],
        ),
        _sheet_line(
            "C2",
            "安全成效",
            "Security effect",
            [("量化效果", "Measured effect", 15), ("覆盖深度", "Depth of coverage", 10)],
        ),
        _sheet_line(
            "C3",
            "实用与可推广",
            "Usefulness and replicability",
            [("可复制", "Replicability", 12), ("应用面", "Breadth of use", 8)],
        ),
        _sheet_line(
            "C4",
            "完整与合规",
            "Completeness and compliance",
            [("体系", "System", 8), ("法规标准", "Law and standards", 7)],
        ),
        _sheet_line(
            "C5",
            "实施与可持续",
            "Delivery and continuity",
            [("团队", "Team", 5), ("计划", "Plan", 5)],
        ),
        _sheet_line("C6", "材料质量", "Quality of the dossier", [("材料质量", "Dossier", 5)]),
    ),
    anchors=(
        Anchor(
            "leading",
            90,
            "领先",
            "Leading",
            "居同类前列，证据经独立核验",
            "Leads its kind; evidence independently verified",
        ),
        Anchor(
            "strong",
            75,
            "明显",
            "Strong",
            "优势清楚，证据齐全",
            "Clear strength; evidence complete",
        ),
        Anchor(
            "adequate",
            60,
            "达到",
            "Adequate",
            "满足需要，证据不全",
            "Meets the need; evidence partial",
        ),
        Anchor("weak", 30, "薄弱", "Weak", "较弱，或未能证明", "Weak or unproven"),
        Anchor("absent", 0, "缺失", "Absent", "没有，或与事实不符", "Absent or contradicted"),
    ),
)

# Rule: one-vote veto (一票否决) grounds an expert may raise; the chair upholds or rejects.
VETO_GROUNDS: tuple[tuple[str, str, str], ...] = (
    ("false_data", "数据或材料不实", "False data or material"),
    ("secret", "涉及国家秘密", "Contains state secrets"),
    ("plagiarism", "抄袭或侵权", "Plagiarism or infringement"),
    ("major_incident", "发生重大安全事故或事件", "Major safety or security incident"),
)
