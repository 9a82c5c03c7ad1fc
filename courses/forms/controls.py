"""An answer sheet as HTML: each question's panel with its controls, and the answer card.

Written by plain formatting, not by a template: a whole room asks for its papers in the same
second, and the loops of a template over thirty questions and their options cost ten times as much.
What the fields say is forms.answering; the page around them is exam_paper.html.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from courses.forms.answering import Field
from courses.questions import Kind
from portal.core.templatetags.components.actions import icon
from portal.core.templatetags.formatting import clock, html_of

CHECKED, SELECTED = SafeString(" checked"), SafeString(" selected")
NOTHING = SafeString("")

QUESTION = """
<fieldset class="panel question" id="q{number}" data-question="{id}" data-number="{number}" \
data-kind="{kind}" data-revision="{revision}" tabindex="-1">
  <legend class="vh">{heading}</legend>
  <input type="hidden" name="r{number}" value="{revision}">
  <input type="hidden" name="k{number}" value="{key}">
  <div class="row small muted">
    <span><b>{heading}</b> / {total}</span>
    <span>{worth}</span>
    <span class="saved" data-saved>{saved}</span>
    <label class="push row row--s" data-flagging hidden>\
<input type="checkbox" data-flag-box>{for_later}</label>
  </div>
  <div class="q prose" lang="zh-Hans" id="{name}-stem">{stem}</div>
  <div data-conflict-place></div>
  {controls}
</fieldset>"""
PART = """
<fieldset class="part" data-part="{id}" data-kind="{kind}">
  <legend><b>({place})</b> <span class="small muted">{worth}</span></legend>
  <div class="q prose" lang="zh-Hans" id="{name}-stem">{stem}</div>
  {control}
</fieldset>"""
CHOICE = (
    '<label class="choice choice--card"><input type="{}" name="{}" value="{}"{}>'
    '<b>{}</b><span lang="zh-Hans">{}</span></label>'
)
PAIR = """
<label class="pair"><span lang="zh-Hans">{}</span>
  <select class="input" name="{}">{}</select></label>"""
PLACED = """
<li data-letter="{letter}">
  <select class="input" name="{name}" aria-label="{place_of}">{places}</select>
  <b>{letter}</b><span lang="zh-Hans">{text}</span>
  <span class="row row--s push" data-movers hidden>\
<button class="btn btn--sm" type="button" data-move="-1" aria-label="{up}">↑</button>\
<button class="btn btn--sm" type="button" data-move="1" aria-label="{down}">↓</button></span>
</li>"""

# Letters, names and the texts of options return on every paper; what learners type never goes here.
known = lru_cache(maxsize=4096, typed=True)(conditional_escape)


@dataclass(frozen=True)
class Words:
    """What a paper says around its questions, looked up once a page in the reader's language."""

    question: str = field(default_factory=lambda: _("Question %(n)s"))
    points: str = field(default_factory=lambda: _("%(n)s points"))
    comma: str = field(default_factory=lambda: _(", "))
    saved: str = field(default_factory=lambda: _("Saved %(time)s"))
    for_later: str = field(default_factory=lambda: _("For later"))
    kinds: dict[Any, str] = field(default_factory=dict)

    def worth(self, one: Field) -> str:
        """Return a question's kind and points: Single choice, 2 points."""
        kind = self.kinds.get(one.kind)
        if kind is None:
            kind = self.kinds[one.kind] = str(one.kind_name)
        return f"{kind}{self.comma}{self.points % {'n': one.points}}"


def questions_html(fields: Iterable[Field]) -> SafeString:
    """Return the panels of a paper's questions, with the answers that its fields hold."""
    shown, words = list(fields), Words()
    return SafeString("".join(question_html(one, words, len(shown)) for one in shown))


def question_html(one: Field, words: Words, total: int) -> SafeString:
    """Return one question's panel: what it is worth, its text, and its control or its parts."""
    saved = words.saved % {"time": clock(one.saved_at)}
    return format_html(
        QUESTION,
        number=known(one.number),
        id=known(one.id),
        kind=known(one.kind),
        revision=one.revision,
        key=one.key,
        name=known(one.name),
        heading=known(words.question % {"n": one.number}),
        total=known(total),
        worth=known(words.worth(one)),
        saved=format_html("{}<span>{}</span>", icon("check"), saved) if one.saved_at else NOTHING,
        for_later=known(words.for_later),
        stem=html_of(one.stem),
        controls=parts_html(one, words) if one.parts else control_html(one),
    )


def parts_html(one: Field, words: Words) -> SafeString:
    """Return the parts of a case, each with its control."""
    return SafeString(
        "".join(
            format_html(
                PART,
                id=part.id,
                kind=part.kind,
                name=part.name,
                place=place,
                worth=words.worth(part),
                stem=html_of(part.stem),
                control=control_html(part),
            )
            for place, part in enumerate(one.parts, start=1)
        )
    )


def control_html(one: Field) -> SafeString:
    """Return the control of one question or part, holding its answer."""
    return CONTROLS.get(one.kind, long_text)(one)


def choices(one: Field) -> SafeString:
    """One option of several, or any of them."""
    is_multiple = one.kind == Kind.MULTIPLE
    name, control = known(one.name), known("checkbox" if is_multiple else "radio")
    lettered = ((given, known(given.letter)) for given in one.options)
    options = (
        (control, name, letter, CHECKED if given.is_chosen else NOTHING, letter, known(given.text))
        for given, letter in lettered
    )
    return format_html(
        '<div class="choices" role="{}" aria-labelledby="{}-stem">\n{}\n</div>',
        known("group" if is_multiple else "radiogroup"),
        name,
        SafeString("".join(CHOICE.format(*texts) for texts in options)),  # known: escaped before
    )


def choosing(values: Iterable[Any], chosen: Any, first: str) -> SafeString:
    """The options of a list to choose from; the first stands for no answer."""
    marked = ((value, SELECTED if value == chosen else NOTHING) for value in values)
    options = format_html_join(
        "", '<option value="{}"{}>{}</option>', ((value, mark, value) for value, mark in marked)
    )
    return format_html('<option value="">{}</option>{}', first, options)


def pairs(one: Field) -> SafeString:
    """Every line on the left with the letters on the right to choose from."""
    letters = [given.letter for given in one.options]
    choose = _("choose")
    rows = ((row.text, one.name, choosing(letters, row.letter, choose)) for row in one.rows)
    return format_html(
        '<ol class="letters" lang="zh-Hans">{}</ol>\n<div class="pairs">{}\n</div>',
        format_html_join(
            "", "<li><b>{}</b> {}</li>", ((given.letter, given.text) for given in one.options)
        ),
        format_html_join("", PAIR, rows),
    )


def ordering(one: Field) -> SafeString:
    """Every option with its place, to be typed or moved."""
    place_of = _("Place of %(letter)s")
    up, down = _("Move %(letter)s up"), _("Move %(letter)s down")
    lines = (
        format_html(
            PLACED,
            letter=given.letter,
            text=given.text,
            name=one.name,
            places=choosing(one.places, given.place, "–"),
            place_of=place_of % {"letter": given.letter},
            up=up % {"letter": given.letter},
            down=down % {"letter": given.letter},
        )
        for given in one.options
    )
    return format_html(
        '<p class="small muted">{}</p>\n<ol class="ordering" data-ordering>{}\n</ol>',
        _("Give each its place, or move it with the buttons."),
        SafeString("".join(lines)),
    )


def number(one: Field) -> SafeString:
    """A number, with the unit it is in."""
    return format_html(
        '<div class="with-unit"><input class="input" name="{name}" value="{value}" maxlength="200" '
        'inputmode="decimal" aria-labelledby="{name}-stem">{unit}</div>',
        name=one.name,
        value=one.value,
        unit=format_html('<span class="unit">{}</span>', one.unit) if one.unit else NOTHING,
    )


def short_text(one: Field) -> SafeString:
    """One line of text."""
    return format_html(
        '<input class="input" name="{name}" value="{value}" maxlength="200" '
        'aria-labelledby="{name}-stem">',
        name=one.name,
        value=one.value,
    )


def long_text(one: Field) -> SafeString:
    """Several paragraphs; the first line break is the browser's to drop."""
    return format_html(
        '<textarea class="input" name="{name}" rows="12" maxlength="20000" '
        'aria-labelledby="{name}-stem">\n{value}</textarea>',
        name=one.name,
        value=one.value,
    )


CONTROLS: Mapping[str, Callable[[Field], SafeString]] = {
    Kind.SINGLE: choices,
    Kind.TRUEFALSE: choices,
    Kind.MULTIPLE: choices,
    Kind.MATCHING: pairs,
    Kind.ORDERING: ordering,
    Kind.NUMERIC: number,
    Kind.SHORT: short_text,
}


def card_html(fields: Iterable[Field]) -> SafeString:
    """Return the links of the answer card: each question's number, and whether it is answered."""
    answered, unanswered = _("Question %(n)s, answered"), _("Question %(n)s, unanswered")
    done = SafeString(' data-state="done"')
    return format_html_join(
        "",
        '<a href="#q{}"{} aria-label="{}">{}</a>',
        (
            (one.number, done, answered % {"n": one.number}, one.number)
            if one.is_answered
            else (one.number, NOTHING, unanswered % {"n": one.number}, one.number)
            for one in fields
        ),
    )
