"""The application as a printed dossier (申报书), from any version of the form."""

from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.core.pdf import blocks_of, render_pdf
from portal.core.taxonomies import scheme, term_name
from showcase.models import Submission

TEMPLATE = Path(__file__).resolve().parent.parent / "typst" / "dossier.typ"
LONG_TYPES = {"longtext", "rich"}
Field = dict[str, Any]


def dossier_pdf(submission: Submission) -> bytes:
    """Return the dossier of one application in the active language.

    The caller has checked that the reader may see it. Raises Denied without a Chinese font.
    """
    return render_pdf(TEMPLATE, dossier_data(submission))


def dossier_data(submission: Submission) -> dict[str, Any]:
    """Return everything the template sets, as plain values in the active language."""
    schema = submission.round.form.schema
    names = {item["code"]: said(item) for item in schema["attachments"]}
    return {
        "lang": "en" if (get_language() or "").startswith("en") else "zh",
        "title": str(submission),
        "number": submission.number or _("Draft"),
        "round": submission.round.display_title,
        "applicant": submission.applicant.display_name,
        "cover": cover_rows(submission),
        "hash": submission.content_hash,
        "sections": [section_data(section, submission) for section in schema["sections"]],
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


def section_data(section: dict[str, Any], submission: Submission) -> dict[str, Any]:
    """Return one section: short fields as rows of facts, long ones as text, tables as tables."""
    fields: list[dict[str, Any]] = []
    for field in section["fields"]:
        value = submission.data.get(field["key"])
        if field["type"] == "table" and value:
            fields.append(table_data(field, value))
        elif field["type"] == "pledge":
            fields.append({"kind": "pledge", "label": said(field), "given": bool(value)})
        elif field["type"] in LONG_TYPES | {"table"}:
            blocks = blocks_of(value or _("None"))
            fields.append({"kind": "text", "label": said(field), "blocks": blocks})
        else:
            if not fields or fields[-1]["kind"] != "facts":
                fields.append({"kind": "facts", "rows": []})
            fields[-1]["rows"].append([said(field), shown(field, value, submission)])
    return {"title": said(section), "fields": fields}


def table_data(field: Field, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Return a table field with its headings."""
    columns = field["columns"]
    return {
        "kind": "table",
        "label": said(field),
        "heads": [said(column) for column in columns],
        "rows": [[str(row.get(column["key"]) or "") for column in columns] for row in rows],
    }


def said(item: dict[str, Any]) -> str:
    """Return a schema item's label in the active language."""
    english = (get_language() or "").startswith("en")
    return str(item.get("en") if english and item.get("en") else item["zh"])


def shown(field: Field, value: Any, submission: Submission) -> str:
    """Return a short value as people read it; an empty one as the form's rule says: 无."""
    if value in (None, "", []):
        return _("None")
    kind = field["type"]
    if kind == "choice" and field["scheme"] == "directions":
        return submission.direction.display_name if submission.direction else str(value)
    if kind == "choice":
        return term_name(field["scheme"], str(value))
    if kind == "choices":
        names = scheme(field["scheme"])
        return ", ".join(names[code].name if code in names else code for code in map(str, value))
    if kind == "money":
        return money(value)
    if kind == "lines":
        return "\n".join(value if isinstance(value, list) else [str(value)])
    if kind == "money3":
        return " / ".join(money(one) for one in value)
    return str(value)


def money(value: Any) -> str:
    """Return an amount in 10,000 yuan with two decimals; what is no number stays as typed."""
    try:
        return f"{Decimal(str(value)):,.2f} {_('10,000 yuan')}"
    except InvalidOperation:
        return str(value)
