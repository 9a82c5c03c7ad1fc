"""How the demo's learners answer: seeded, by ability, in the letters their own paper shows."""

import random
from decimal import Decimal
from typing import Any

from courses.drawing import PaperItem
from courses.questions import LETTERS, Key, Kind

ESSAY = (
    "先说结论：按对象和影响程度定级，就高不就低，汇聚后重新评估。\n"
    "依据：清单中的工艺参数单条影响一条产线，汇聚成批后可以还原配方，影响范围扩大到企业核心竞争力，"
    "因此由一般数据调整为重要数据的备选，提交会审。\n"
    "措施：访问按岗位最小授权，导出经双人审批并留痕，对外提供前脱敏并签订协议，每季度抽查一次。\n"
    "验证：抽取三十条记录由两人独立定级，一致率不低于九成；不一致的逐条说明理由并写入定级记录。"
)


def response(item: PaperItem, key: Key, *, ability: float, dice: random.Random) -> Any:
    """Return one learner's answer to one question of their paper."""
    if item.parts:
        parts = {part.question: part for part in item.parts}
        return {
            name: response(parts[name], part, ability=ability, dice=dice)
            for name, part in key.parts.items()
            if name in parts
        }
    is_right = dice.random() < ability
    if key.kind == Kind.NUMERIC:
        return f"{key.number if is_right else key.number + 7 + key.tolerance:f}"
    if key.kind == Kind.SHORT:
        return key.spellings[0] if is_right else "不清楚"
    if not item.shown:
        return ESSAY[: int(len(ESSAY) * min(1, ability + 0.15))]
    return _letters(item, key, is_right, dice)


def _letters(item: PaperItem, key: Key, is_right: bool, dice: random.Random) -> Any:
    shown = [LETTERS[item.shown.index(letter)] for letter in key.letters]
    if key.kind in {Kind.SINGLE, Kind.TRUEFALSE}:
        known = LETTERS[: len(item.shown)]
        return shown[0] if is_right else dice.choice([one for one in known if one != shown[0]])
    if is_right or len(shown) < 2:
        return sorted(shown) if key.kind == Kind.MULTIPLE else shown
    if key.kind == Kind.MULTIPLE:
        return sorted(shown[:-1])
    return [shown[1], shown[0], *shown[2:]]


def levels(rubric: list[dict[str, Any]], ability: float, dice: random.Random) -> list[Decimal]:
    """Return an examiner's points by a rubric's data: one of the levels of every criterion."""
    points = []
    for line in rubric:
        ladder = sorted((Decimal(str(level["points"])) for level in line["levels"]), reverse=True)
        lowered = dice.random() > ability
        points.append(ladder[min(1 if lowered else 0, len(ladder) - 1)])
    return points
