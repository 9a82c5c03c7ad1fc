"""An application as an expert reads it: sections in tabs, without contacts (see `blind`).

Values come out typed, not formatted: the templates write dates and money.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from evaluation.queries.blind import is_hidden, readable_attachments, readable_data
from portal.core.taxonomies import term_name
from showcase.models import Attachment, Submission

TAB_OF = {
    "org": "overview",
    "partners": "overview",
    "project": "overview",
    "technology": "solution",
    "effects": "effects",
    "replication": "replication",
    "compliance": "compliance",
    "plan": "compliance",
}
LEFT_OUT = frozenset({"pledges"})
SHORT = frozenset({"text", "uscc", "choice", "choices", "date", "int", "money", "money3"})
CODE = re.compile(r"A\d{1,2}")
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


@dataclass
class Block:
    """One piece of a tab: `facts`, `prose`, `plain`, `lines`, `table` or `effects`."""

    kind: str
    label: str
    rows: list[Any] = field(default_factory=list)
    head: list[str] = field(default_factory=list)
    text: str = ""


@dataclass
class Tab:
    """One view of the dossier."""

    key: str
    label: str
    blocks: list[Block] = field(default_factory=list)
    files: list[dict[str, Any]] = field(default_factory=list)
    count: int | None = None


def said(row: Mapping[str, Any], key: str = "") -> str:
    """Return a schema's text in the active language."""
    english = (get_language() or "").startswith("en")
    return str(row.get(f"{key}en" if english else f"{key}zh") or row.get(f"{key}zh") or "")


def tab_labels() -> dict[str, str]:
    return {
        "overview": _("Overview"),
        "solution": _("Approach"),
        "effects": _("Effects"),
        "replication": _("Replication"),
        "compliance": _("Compliance"),
    }


def dossier_of(submission: Submission) -> list[Tab]:
    """Return the tabs of an application, in the form's order, attachments last."""
    schema, data = submission.round.form.schema, readable_data(submission.data)
    files = list(readable_attachments(submission))
    labels = tab_labels()
    tabs: dict[str, Tab] = {}
    # What the project is comes before who is behind it.
    for section in sorted(schema["sections"], key=lambda one: one["key"] != "project"):
        if section["key"] in LEFT_OUT:
            continue
        key = TAB_OF.get(section["key"], section["key"])
        tab = tabs.setdefault(key, Tab(key, labels.get(key) or said(section)))
        tab.blocks += section_blocks(section, data, submission, files)
    attachments = Tab("attachments", _("Attachments"), count=len(files))
    attachments.files = [file_row(schema, file) for file in files]
    return [tab for tab in tabs.values() if tab.blocks] + [attachments]


def section_blocks(
    section: Mapping[str, Any],
    data: Mapping[str, Any],
    submission: Submission,
    files: Iterable[Attachment],
) -> list[Block]:
    """Return a section's blocks; neighbouring short fields share one list of facts."""
    blocks: list[Block] = []
    for one in section["fields"]:
        value = data.get(one["key"])
        if is_hidden(one["key"]) or value in (None, "", [], ["", "", ""]):
            continue
        if one["type"] in SHORT:
            if not blocks or blocks[-1].kind != "facts":
                blocks.append(Block("facts", said(section)))
            blocks[-1].rows.append(fact_of(one, value, submission))
        else:
            blocks.append(long_block(one, value, files))
    return blocks


def fact_of(one: Mapping[str, Any], value: Any, submission: Submission) -> dict[str, Any]:
    """Return a short field as `{label, kind, value, unit}`; codes become names."""
    kind = one["type"]
    if kind == "choice":
        kind, value = "text", choice_name(one["scheme"], value, submission)
    if kind == "choices":
        names = [choice_name(one["scheme"], code, submission) for code in value]
        kind, value = "names", names
    if kind == "date":
        value = date_of(str(value))
    return {"label": said(one), "kind": kind, "value": value, "unit": said(one, "unit_")}


def date_of(text: str) -> date | None:
    """Return an ISO date, or None for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def choice_name(scheme: str, code: str, submission: Submission) -> str:
    """Return the name of a chosen code."""
    if scheme == "directions":
        direction = submission.direction
        return direction.display_name if direction else code
    return term_name(scheme, code)


def long_block(one: Mapping[str, Any], value: Any, files: Iterable[Attachment]) -> Block:
    """Return a field that stands alone: text, list of lines, table, measured effects."""
    label = said(one)
    if one["key"] == "tx.effect":
        return Block("effects", label, rows=effect_rows(value, files))
    if one["type"] == "table":
        columns = one["columns"]
        rows = [[row.get(column["key"], "") for column in columns] for row in value]
        return Block("table", label, rows=rows, head=[said(column) for column in columns])
    if one["type"] == "lines":
        return Block("lines", label, rows=list(value))
    return Block("prose" if one["type"] == "rich" else "plain", label, text=str(value))


def effect_rows(
    rows: Iterable[Mapping[str, str]], files: Iterable[Attachment]
) -> list[dict[str, Any]]:
    """Return measured effects, with bars where both values are numbers, and their evidence."""
    by_code: dict[str, Attachment] = {}
    for file in files:
        by_code.setdefault(file.code, file)
    return [effect_row(row, by_code) for row in rows]


def effect_row(row: Mapping[str, str], files: Mapping[str, Attachment]) -> dict[str, Any]:
    """Return one effect; `file` is the attachment its evidence names, if it is there."""
    before, after = plain_number(row.get("before", "")), plain_number(row.get("after", ""))
    found = CODE.search(row.get("evidence", ""))
    code = found.group() if found else ""
    known = before is not None and after is not None
    return {
        **row,
        "bar": (before, after, max(before or 0, after or 0) or 1) if known else None,
        "file": files.get(code),
        "is_missing": bool(code) and code not in files,
    }


def plain_number(text: str) -> float | None:
    """Return the size of the number a cell holds, or None where it says anything else."""
    bare = str(text).replace(",", "").replace("％", "%").rstrip("%").strip()
    return abs(float(bare)) if NUMBER.fullmatch(bare) else None


def file_row(schema: Mapping[str, Any], file: Attachment) -> dict[str, Any]:
    """Return an attachment with the name its code has in the form."""
    rule: Mapping[str, Any] = next(
        (one for one in schema["attachments"] if one["code"] == file.code), {}
    )
    return {"attachment": file, "code": file.code, "name": said(rule) or file.title}
