"""Marking of examinations, in exact fractions; rounded once, when a mark is published. Pure.

An answer is marked with the question's key, as often as one likes, to the same result: regrading
is marking again with another key. What nobody has marked yet has no points (None), never 0.
Which answers are in and who may mark belongs to services and rules.

What is compared before rounding and what after: points of questions, and the gap between two
examiners, exact; the pass mark, the published figure with two decimals, so that whoever reads a
transcript comes to the same verdict.
"""

from courses.grading.marking import ItemMark, Verdict, mark_item
from courses.grading.papers import (
    Change,
    ExamResult,
    ExamRule,
    PaperMark,
    Part,
    PracticeTask,
    Regrade,
    answers_digest,
    exam_result,
    mark_paper,
    practice_score,
    regrade,
)
from courses.grading.rating import Rating, RatingRule, Settled, rating_fault, settle
from courses.grading.statistics import ItemStatistics, item_statistics, option_counts

__all__ = [
    "Change",
    "ExamResult",
    "ExamRule",
    "ItemMark",
    "ItemStatistics",
    "PaperMark",
    "Part",
    "PracticeTask",
    "Rating",
    "RatingRule",
    "Regrade",
    "Settled",
    "Verdict",
    "answers_digest",
    "exam_result",
    "item_statistics",
    "mark_item",
    "mark_paper",
    "option_counts",
    "practice_score",
    "rating_fault",
    "regrade",
    "settle",
]
