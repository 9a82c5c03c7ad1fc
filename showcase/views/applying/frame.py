"""What every screen of an application shows around its content: parts, checks, what is next."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.core.templatetags.formatting import day_short, moment, moment_short
from showcase import form_schema
from showcase.eligibility import Outcome, judge
from showcase.lifecycle import SubmissionState
from showcase.models import Stage, Submission
from showcase.queries.submissions import (
    attachment_counts,
    choices_of,
    eligibility_facts,
    submissions_to_show,
)
from showcase.rules.wording import Words, finding_words, in_words

S, K = SubmissionState, Stage.Kind
STEPS = ("apply", "recommend", "check", "review", "publicity", "listed")
# The step a state belongs to; a state that ends the way stops there.
STEP_OF = {
    S.DRAFT: "apply",
    S.SUBMITTED: "recommend",
    S.RECOMMENDED: "check",
    S.CORRECTION: "check",
    S.ACCEPTED: "review",
    S.PROPOSED: "publicity",
    S.ON_HOLD: "publicity",
    S.LISTED: "listed",
    S.NOT_RECOMMENDED: "recommend",
    S.FAILED_CHECK: "check",
    S.NOT_SELECTED: "review",
    S.REVOKED: "listed",
}
UNFINISHED = {"F2", "F10"}
STOPPED = {S.WITHDRAWN, S.NOT_RECOMMENDED, S.FAILED_CHECK, S.NOT_SELECTED, S.REVOKED}
TONES = {
    S.DRAFT: "todo",
    S.SUBMITTED: "info",
    S.RECOMMENDED: "info",
    S.CORRECTION: "warn",
    S.ACCEPTED: "info",
    S.PROPOSED: "info",
    S.ON_HOLD: "warn",
    S.LISTED: "good",
    S.REVOKED: "bad",
}


def find(request: HttpRequest, public_id: str) -> Submission:
    """Return the application if this person may open it; otherwise 404, whatever the reason."""
    return get_object_or_404(submissions_to_show(request.user), public_id=public_id)


def work_frame(request: HttpRequest) -> dict[str, Any]:
    """Return the workspace's name and navigation."""
    here = request.path
    return {
        "workspace": _("Applications"),
        "role_name": _("Applicant"),
        "work_nav": [
            {"label": label, "url": reverse(name), "current": here == reverse(name)}
            for label, name in (
                (_("My applications"), "submission_list"),
                (_("New application"), "submission_start"),
            )
        ],
    }


def state_pill(submission: Submission) -> tuple[str, str]:
    """Return the state's word and tone."""
    return submission.get_state_display(), TONES.get(SubmissionState(submission.state), "mute")


def section_url(submission: Submission, key: str) -> str:
    """Return the address of one section."""
    return reverse("submission_section", args=[submission.public_id, key])


def section_states(submission: Submission) -> dict[str, str]:
    """Return the state of every section by key: todo, doing, done or fault."""
    schema = submission.round.form.schema
    choices, counts = choices_of(submission.round), attachment_counts(submission)
    return {
        part["key"]: form_schema.section_state(
            schema, part["key"], submission.data, choices, counts
        )
        for part in form_schema.sections(schema)
    }


def tasks(submission: Submission, current: str = "") -> dict[str, Any]:
    """Return the numbered parts with their states, and how many are done."""
    pills = {
        "todo": (_("Not begun"), "todo"),
        "doing": (_("In progress"), ""),
        "done": (_("Complete"), "good"),
        "fault": (_("To be mended"), "warn"),
    }
    states = section_states(submission)
    items = [
        {
            "label": in_words(part),
            "url": section_url(submission, part["key"]),
            "current": part["key"] == current,
            "pill": pills[states[part["key"]]],
        }
        for part in form_schema.sections(submission.round.form.schema)
    ]
    done = sum(state == "done" for state in states.values())
    percent = round(100 * done / len(items)) if items else 0
    return {"list": items, "done": done, "total": len(items), "percent": percent}


def eligibility_checks(submission: Submission) -> dict[str, Any]:
    """Return F1 to F10 as items of the checks component, and how many are open."""
    words = [finding_words(one) for one in judge(eligibility_facts(submission))]
    links = eligibility_links(submission)
    items = [check_item(one, links.get(one.code, "")) for one in words]
    unmet = sum(one.outcome is Outcome.UNMET for one in words)
    return {"list": items, "unmet": unmet}


def check_item(words: Words, url: str) -> dict[str, Any]:
    """Return one item; what is only unfinished is not marked as a fault."""
    is_unmet = words.outcome is Outcome.UNMET
    return {
        "tone": "todo" if is_unmet and words.code in UNFINISHED else words.tone,
        "text": words.title,
        "note": words.note,
        "url": url if is_unmet else "",
        "action": _("Go there") if is_unmet and url else "",
    }


def eligibility_links(submission: Submission) -> dict[str, str]:
    """Return where each item can be mended, by its code."""
    check = reverse("submission_check", args=[submission.public_id])
    sections = {"F3": "org", "F4": "partners", "F5": "partners", "F6": "project", "F7": "project"}
    return {"F2": check, "F10": check} | {
        code: section_url(submission, key) for code, key in sections.items()
    }


def stage_line(stages: Mapping[str, Stage], kind: str) -> str:
    """Return a stage's days: 3月23日—4月3日."""
    stage = stages.get(kind)
    return f"{day_short(stage.opens_at)} – {day_short(stage.closes_at)}" if stage else ""


def coming(submission: Submission) -> list[dict[str, Any]]:
    """Return the timeline of what comes, with who must act until when."""
    stages = {stage.kind: stage for stage in submission.round.stages.all()}
    apply, is_draft = stages.get(K.APPLY), submission.state == S.DRAFT
    rows: list[dict[str, Any]] = []
    if apply:
        rows.append({"when": day_short(apply.opens_at), "text": _("Applications open"), "done": 1})
        rows.append(
            {
                "when": moment(submission.submitted_at) or moment_short(apply.closes_at),
                "who": _("you"),
                "text": _("Submit the application"),
                "done": not is_draft,
                "strong": is_draft,
            }
        )
    for kind, who, text in (
        (K.RECOMMEND, _("recommending authority"), _("First review and order of priority")),
        (K.CHECK, _("secretariat"), _("Formal check, one correction")),
        (K.REVIEW, _("expert panel"), _("Expert review")),
        (K.PUBLICITY, _("secretariat"), _("Public notice, then the list")),
    ):
        rows.append({"when": stage_line(stages, kind), "who": who, "text": text})
    mark_done(rows[2:], submission)
    return rows


def mark_done(rows: list[dict[str, Any]], submission: Submission) -> None:
    """Mark the stages an application has behind it, and the one it is in."""
    if submission.state not in STEP_OF:
        return
    place = STEPS.index(STEP_OF[SubmissionState(submission.state)])
    for number, row in enumerate(rows, start=1):
        row["done"] = number < place
        row["strong"] = number == place and submission.state not in STOPPED


def steps(submission: Submission) -> list[dict[str, Any]]:
    """Return the stepper of the application's way."""
    labels = {
        "apply": _("Application"),
        "recommend": _("Recommendation"),
        "check": _("Formal check"),
        "review": _("Expert review"),
        "publicity": _("Public notice"),
        "listed": _("Listed"),
    }
    state = SubmissionState(submission.state)
    stage = STEP_OF.get(state) or ("recommend" if submission.submitted_at else "apply")
    place = STEPS.index(stage)
    found = []
    for number, key in enumerate(STEPS):
        step: dict[str, Any] = {"label": labels[key], "notes": []}
        if number < place or (number == place and state == S.LISTED):
            step["state"] = "done"
        elif number == place:
            step["state"] = "stop" if state in STOPPED else "now"
            step["tone"] = "bad" if state in STOPPED else TONES.get(state, "")
            step["notes"] = [submission.get_state_display()]
        found.append(step)
    return found


def next_step(submission: Submission) -> tuple[str, datetime | None, bool]:
    """Return what happens next, until when, and whether it is the applicant's turn."""
    stages = {stage.kind: stage.closes_at for stage in submission.round.stages.all()}
    known = {
        S.DRAFT: (_("Complete and submit"), stages.get(K.APPLY), True),
        S.SUBMITTED: (_("The authority recommends"), stages.get(K.RECOMMEND), False),
        S.RECOMMENDED: (_("The secretariat checks"), stages.get(K.CHECK), False),
        S.CORRECTION: (_("Correct and hand in again"), submission.correct_until, True),
        S.ACCEPTED: (_("Experts review"), stages.get(K.REVIEW), False),
        S.PROPOSED: (_("Public notice"), stages.get(K.PUBLICITY), False),
        S.ON_HOLD: (_("An objection is being decided"), None, False),
    }
    return known.get(SubmissionState(submission.state), (_("Nothing more to do"), None, False))
