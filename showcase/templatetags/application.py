"""Tags that show an application to whoever may read it: ``{% load application %}``.

``{% application_answers submission %}`` prints all answers by section, read-only. The view has
decided that the reader may see them; the expert's desk shows its own blinded data.
"""

from typing import Any

from django import template

from showcase.models import Submission
from showcase.rules.answers import answer_sections
from showcase.rules.contacts import answers_as_seen

register = template.Library()


@register.inclusion_tag("showcase/_answers.html", takes_context=True)
def application_answers(
    context: Any, submission: Submission, data: dict[str, Any] | None = None, level: int = 2
) -> dict[str, Any]:
    """All answers by section, contacts as the reader may see them; ``data`` shows an earlier
    revision instead.
    """
    names = {one.code: one.display_name for one in submission.round.directions.all()}
    schema = submission.round.form.schema
    found = submission.data if data is None else data
    shown = answers_as_seen(context["request"].user, submission, found)
    return {"sections": answer_sections(schema, shown, names), "level": level}
