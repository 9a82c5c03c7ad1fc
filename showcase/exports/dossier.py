"""The application as a printed dossier (申报书), from any version of the form."""

from pathlib import Path
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.core.pdf import blocks_of, render_pdf
from showcase.models import Submission
from showcase.rules.answers import Answer, AnswerSection, answer_sections
from showcase.rules.contacts import answers_as_seen
from showcase.rules.wording import in_words

TEMPLATE = Path(__file__).resolve().parent.parent / "typst" / "dossier.typ"


def dossier_pdf(submission: Submission, *, reader: Any) -> bytes:
    """Return the dossier of one application in the active language, with contacts as `reader` may
    see them.

    The caller has checked that the reader may see it. Raises Denied without a Chinese font.
    """
    return render_pdf(TEMPLATE, dossier_data(submission, reader=reader))


def dossier_data(submission: Submission, *, reader: Any) -> dict[str, Any]:
    """Return everything the template sets, as plain values in the active language."""
    schema = submission.round.form.schema
    names = {item["code"]: in_words(item) for item in schema["attachments"]}
    directions = {one.code: one.display_name for one in submission.round.directions.all()}
    return {
        "lang": "en" if (get_language() or "").startswith("en") else "zh",
        "title": str(submission),
        "number": submission.number or _("Draft"),
        "round": submission.round.display_title,
        "applicant": submission.applicant.display_name,
        "cover": cover_rows(submission),
        "hash": submission.content_hash,
        "sections": [
            section_data(section)
            for section in answer_sections(
                schema, answers_as_seen(reader, submission, submission.data), directions
            )
        ],
        "attachments": [
            [
                attachment.code,
                attachment.title or names.get(attachment.code, ""),
                attachment.file.name,
                str(filesizeformat(attachment.file.size)),
                attachment.file.sha256[:16],
            ]
            for attachment in submission.attachments.select_related("file")
        ],
        "words": {
            "hash": _("Digest of the content as submitted (SHA-256)"),
            "attachments": _("Attachments"),
            "none": _("None"),
            "attachment_heads": [
                _("Code"),
                _("Title"),
                _("File"),
                _("Size"),
                _("SHA-256 (first 16)"),
            ],
        },
    }


def cover_rows(submission: Submission) -> list[list[str]]:
    """Return the facts on the cover: number, direction, partners, state, time of submission."""
    rows = [[_("Number"), submission.number or _("Draft")]]
    if submission.direction:
        rows.append([_("Direction"), submission.direction.display_name])
    rows.append([_("Credit code"), submission.applicant.uscc])
    partners = [partner.name for partner in submission.partners.all()]
    rows.append([_("Partners"), "\n".join(partners) or _("None")])
    if submission.submitted_at:
        moment = timezone.localtime(submission.submitted_at)
        rows.append([_("Submitted at"), f"{moment:%Y-%m-%d %H:%M:%S} (UTC+8)"])
    return rows


def section_data(section: AnswerSection) -> dict[str, Any]:
    """Return one section as the template sets it: facts, texts, tables, pledges in their order."""
    fields: list[dict[str, Any]] = []
    for one in section.answers:
        if one.kind == "line" and not one.is_empty:
            if not fields or fields[-1]["kind"] != "facts":
                fields.append({"kind": "facts", "rows": []})
            fields[-1]["rows"].append([one.label, one.value])
        else:
            fields.append(block_data(one))
    return {"title": section.title, "fields": fields}


def block_data(one: Answer) -> dict[str, Any]:
    """Return an answer that stands alone; an empty one says so, as the form's rule asks (无)."""
    if one.kind == "pledge":
        return {"kind": "pledge", "label": one.label, "given": one.value}
    if one.kind == "table":
        rows = [[cell for _head, cell in row] for row in one.rows]
        return {"kind": "table", "label": one.label, "heads": one.heads, "rows": rows}
    text = _("None") if one.is_empty else one.value
    return {"kind": "text", "label": one.label, "blocks": blocks_of(text)}
