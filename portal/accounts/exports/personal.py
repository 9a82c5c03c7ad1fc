"""A copy of one's own data as one file: for people (HTML, xlsx) and for programs (JSON)."""

import io
import json
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.core import clock, personal
from portal.core.spreadsheets import Column, Table, write_workbook

CELL_MAX = 32_000  # what a cell of a workbook holds


def data_archive(person: User, step: Callable[[int, int], None]) -> bytes:
    """Return a zip with data.json, data.html and data.xlsx of everything held about a person.

    In the person's language, moments in programme time. `step` is told how far it is.
    """
    with translation.override(person.language):
        sections = list(personal.sections_of(person))
        step(1, 4)
        files = {"data.json": as_json(person, sections)}
        step(2, 4)
        files["data.html"] = as_html(person, sections)
        step(3, 4)
        files["data.xlsx"] = as_workbook(sections)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    step(4, 4)
    return buffer.getvalue()


Sections = list[tuple[str, personal.Section]]


def as_json(person: User, sections: Sections) -> bytes:
    """Return everything as JSON: app, title and rows of every section."""
    data = {
        "person": person.email,
        "made_at": clock.now(),
        "sections": [
            {"app": app, "title": str(one.title), "rows": one.rows} for app, one in sections
        ],
    }
    text = json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)
    return text.encode()


def as_html(person: User, sections: Sections) -> bytes:
    """Return everything as one page that needs nothing from anywhere."""
    tables = [
        {"title": one.title, "heads": list(one.rows[0]), "rows": [shown_row(r) for r in one.rows]}
        for _app, one in sections
    ]
    context = {"person": person, "tables": tables, "made_at": clock.now()}
    return render_to_string("accounts/data_copy.html", context).encode()


def as_workbook(sections: Sections) -> bytes:
    """Return everything as a workbook, one sheet a section."""
    tables = []
    for number, (_app, one) in enumerate(sections, start=1):
        columns = [Column(str(head), 24) for head in one.rows[0]]
        rows = [[text[:CELL_MAX] for text in shown_row(row)] for row in one.rows]
        # Two sections may be called the same, and signs that a sheet's name must not have are left.
        name = "".join(c for c in str(one.title) if c not in "[]:*?/\\'")
        tables.append(Table(f"{number} {name}"[:31], columns, rows))
    return write_workbook(tables)


def shown_row(row: dict[str, Any]) -> list[str]:
    """Return the values of a row as people read them."""
    return [shown(value) for value in row.values()]


def shown(value: Any) -> str:
    """Return one value as text: moments in programme time, yes and no in words."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M:%S}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict | list):
        return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)
    return str(value)
