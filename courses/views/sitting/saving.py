"""Autosave and heartbeat: small JSON answers that each carry the server's time.

200 saved {question, revision, saved_at}; 409 {code: stale | other_device | ended, …} with the text
kept aside; 413 and 422 {code, reason} for what is no answer. Times in milliseconds since 1970.
"""

import json
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from courses.lifecycle import ENDED
from courses.models import Attempt
from courses.services.sitting import Outcome, Reply, Sent, save_answer
from courses.views.sitting.frame import device_of, on_arrival, own_attempt
from portal.core import clock
from portal.core.templatetags.formatting import clock as clock_text

# Every answer the rules allow fits, however its characters are written.
BODY_MAX = 512 * 1024
REASONS = {
    "unknown_question": gettext_lazy("This question is not on your paper. Reload the page."),
    "bad_key": gettext_lazy("The page sent something unexpected. Reload it and try again."),
    "bad_base": gettext_lazy("The page sent something unexpected. Reload it and try again."),
    "no_json": gettext_lazy("The page sent something unexpected. Reload it and try again."),
    "too_many": gettext_lazy("This answer was changed too often to be saved again."),
    "wrong_shape": gettext_lazy("This is not an answer to this question. Choose or type again."),
    "not_text": gettext_lazy("The answer holds characters that cannot be kept. Take them out."),
    "too_long": gettext_lazy("The answer is too long. Shorten it; what was saved before stands."),
}


@on_arrival
@login_required
@require_POST
def exam_save(request: HttpRequest, attempt_id: str) -> JsonResponse:
    try:
        body = request.body
    except RequestDataTooBig:
        body = b""
        return too_large()
    if len(body) > BODY_MAX:
        return too_large()
    sent = read_sent(body)
    try:
        outcome = save_answer(
            public_id=attempt_id,
            sent=sent,
            device=device_of(request, attempt_id),
            by=request.user,
            at=request.arrived_at,  # type: ignore[attr-defined]
        )
    except Attempt.DoesNotExist as error:
        raise Http404 from error
    return ANSWERS[outcome.reply](outcome)


def read_sent(body: bytes) -> Sent:
    """Return the change in a body; what is not JSON of the right form becomes no question."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        data = None
    given = data if isinstance(data, dict) else {}
    question, key = (given.get(name) for name in ("question", "key"))
    return Sent(
        question=question if isinstance(question, str) else "",
        response=given.get("response"),
        base=given.get("base", -1),
        key=key if isinstance(key, str) else "",
    )


def times_of(attempt: Attempt) -> dict[str, Any]:
    """Return the server's time, the deadline and the seconds left."""
    now = clock.now()
    left = (attempt.deadline - now).total_seconds()
    return {"now": millis(now), "deadline": millis(attempt.deadline), "left": max(0, int(left))}


def millis(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def saved(outcome: Outcome) -> JsonResponse:
    return JsonResponse(
        {
            "question": outcome.sent.question,
            "revision": outcome.revision,
            "saved_at": clock_text(outcome.saved_at),
            **times_of(outcome.attempt),
        }
    )


def stale(outcome: Outcome) -> JsonResponse:
    return conflict(
        outcome,
        _("This answer was changed in another window. Both texts are kept; choose one."),
        revision=outcome.revision,
        stored=outcome.stored,
        stored_at=clock_text(outcome.saved_at),
    )


def other_device(outcome: Outcome) -> JsonResponse:
    return conflict(
        outcome,
        _("This paper is open on another device. Your text is kept; continue here to write here."),
        takeover=reverse("exam_takeover", args=[outcome.attempt.public_id]),
    )


def ended(outcome: Outcome) -> JsonResponse:
    return conflict(
        outcome,
        _("The paper has ended. This text is kept beside it, but is not part of it."),
        state=outcome.attempt.state,
        receipt=reverse("exam_receipt", args=[outcome.attempt.public_id]),
    )


def conflict(outcome: Outcome, reason: str, **facts: Any) -> JsonResponse:
    """Answer 409: not saved as the answer, and why."""
    said = {"code": outcome.reply.value, "reason": reason, "question": outcome.sent.question}
    return JsonResponse(said | facts | times_of(outcome.attempt), status=409)


def faulty(outcome: Outcome) -> JsonResponse:
    reason = REASONS[outcome.fault]
    return JsonResponse({"code": outcome.fault, "reason": str(reason)}, status=422)


def too_large() -> JsonResponse:
    return JsonResponse({"code": "too_large", "reason": str(REASONS["too_long"])}, status=413)


ANSWERS = {
    Reply.SAVED: saved,
    Reply.STALE: stale,
    Reply.OTHER_DEVICE: other_device,
    Reply.ENDED: ended,
    Reply.FAULT: faulty,
}


@on_arrival
@login_required
@require_GET
def exam_state(request: HttpRequest, attempt_id: str) -> JsonResponse:
    attempt = own_attempt(request, attempt_id)
    revisions = dict(attempt.answers.values_list("question", "revision"))
    said = {
        "state": attempt.state,
        "has_ended": attempt.state in ENDED,
        "writes_here": attempt.device == device_of(request, attempt_id),
        "revisions": revisions,
        "receipt": reverse("exam_receipt", args=[attempt_id]),
        **times_of(attempt),
    }
    return JsonResponse(said)
