"""Reading a list of participants (花名册): rows as people, every fault with its place.

Nothing is written here; `services.rostering` takes in what was read.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from courses.models import Run
from courses.services.rostering import Person, Plan, plan_roster
from portal.core.identifiers import uscc_fault
from portal.core.models import PrivateFile
from portal.core.resident_numbers import holds_resident_number
from portal.core.spreadsheets import (
    Cell,
    Fault,
    Layout,
    Sheet,
    SheetRow,
    Unreadable,
    lists,
    values,
)

MAX_PEOPLE = 5000
# Key: heading in the template, its English name, whether a row needs it.
COLUMNS: dict[str, tuple[str, str, bool]] = {
    "name": ("姓名", "Name", True),
    "email": ("邮箱", "E-mail", True),
    "mobile": ("手机", "Mobile", False),
    "uscc": ("单位信用代码", "Credit code of the organisation", False),
    "note": ("备注", "Note", False),
}
ALIASES = {
    "name": {"姓名", "学员姓名", "name", "full name"},
    "email": {"邮箱", "电子邮箱", "电子邮件", "邮件", "e-mail", "email", "mail"},
    "mobile": {"手机", "手机号", "手机号码", "移动电话", "联系电话", "mobile", "phone"},
    "uscc": {
        "单位信用代码",
        "统一社会信用代码",
        "信用代码",
        "credit code",
        "credit code of the organisation",
        "uscc",
    },
    "note": {"备注", "说明", "note", "notes", "remark"},
    "identity": {"身份证", "身份证号", "身份证号码", "证件号", "证件号码", "id number", "id card"},
}
KEY_OF = {alias: key for key, aliases in ALIASES.items() for alias in aliases}
BRACKETS = re.compile(r"[(\[].*?[)\]]|\*|[:：]")


@dataclass
class Reading:
    """What a file holds: its people and what is wrong; `layout` says where the table stands."""

    people: list[Person] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    layout: Layout | None = None


@dataclass
class DryRun(lists.Judged):
    """A reading together with what taking it in would do."""

    reading: Reading
    plan: Plan

    @property
    def is_clean(self) -> bool:
        """Whether it may be taken in."""
        return bool(self.reading.people) and not self.faults and not self.plan.refusal


def dry_run(file: PrivateFile, *, run: Run, by: Any) -> DryRun:
    """Read a stored list and say what it would do. Raises ValidationError if it is unreadable."""
    reading = read_roster(lists.sheets_of(file))
    return DryRun(reading, plan_roster(people=reading.people, run=run, by=by))


def key_of_heading(text: str) -> str | None:
    """Return the column a heading names; width, case, blanks, stars, brackets do not count."""
    plain = BRACKETS.sub("", unicodedata.normalize("NFKC", text)).lower()
    words = " ".join(plain.split())
    return KEY_OF.get(words) or KEY_OF.get(words.replace(" ", ""))


def read_roster(sheets: Iterable[Sheet]) -> Reading:
    """Return the people and faults of the first sheet that has the list's headings.

    Raises ValidationError for a list that is too long.
    """
    tables = list(sheets)
    layout = lists.find_list(tables, key_of_heading)
    if layout is None:
        wanted = (zh for zh, _en, needed in COLUMNS.values() if needed)
        return Reading(faults=[lists.no_headings(tables, wanted)])
    reading = Reading(layout=layout, faults=heading_faults(layout))
    for row in lists.data_rows(layout, key_of_heading):
        person, faults = read_person(layout, row)
        reading.people.append(person)
        reading.faults += faults
        if len(reading.people) > MAX_PEOPLE:
            raise ValidationError(
                _("The list has more than %(max)d people. Split it."), params={"max": MAX_PEOPLE}
            )
    if not reading.people:
        reading.faults.append(
            Fault(
                layout.sheet.name,
                None,
                None,
                _("There is nobody below the headings."),
                _("Write one person in each row."),
            )
        )
    add_doubles(reading)
    return reading


def heading_faults(layout: Layout) -> list[Fault]:
    """Return the faults of the headings: one that is missing, one that must not be there."""
    faults = [
        lists.no_column(layout, zh)
        for key, (zh, _en, needed) in COLUMNS.items()
        if needed and key not in layout.places
    ]
    if "identity" in layout.places:
        place = (layout.sheet.name, layout.heading_row, layout.headings["identity"])
        faults.append(Fault(*place, *identity_words()))
    return faults


def identity_words() -> tuple[str, str]:
    """Return why an identity number is refused, and what to do."""
    return (
        _(
            "Identity numbers are not accepted: training does not need them, and the law on "
            "personal information (PIPL) forbids collecting what is not needed."
        ),
        _("Delete the numbers, save the file and upload it again."),
    )


def read_person(layout: Layout, row: SheetRow) -> tuple[Person, list[Fault]]:
    """Return one row as a person, with the faults of its cells."""
    blank = Person(layout.sheet.name, row.number, layout.headings)
    found: dict[str, Any] = {}
    faults: list[Fault] = []
    bad: set[str] = set()
    cells = layout.cells(row)
    for key in COLUMNS:
        cell = cells.get(key, Cell())
        try:
            found[key] = read_cell(key, cell)
        except Unreadable as error:
            bad.add(key)
            faults.append(blank.fault(key, error.reason, error.remedy))
        else:
            faults += narrowed(blank, key, cell)
    if is_marked := identity_elsewhere(layout, row):
        bad.add("identity")
        faults.append(blank.fault(is_marked, *identity_words()))
    return replace(blank, **found, bad=frozenset(bad)), faults


READERS: dict[str, Callable[[str], str]] = {
    "name": lambda text: values.line(values.folded(text), 50),
    "email": values.email,
    "mobile": values.mobile,
    "uscc": values.credit_code,
    "note": lambda text: values.line(text, 300),
}


def read_cell(key: str, cell: Cell) -> str:
    """Return the value of one cell, or raise Unreadable. A formula is never evaluated."""
    text = lists.text_in(cell, is_needed=COLUMNS[key][2])
    if not text:
        return ""
    is_code = key == "uscc" and not uscc_fault(text)
    if not is_code and holds_resident_number(text):
        raise Unreadable(*identity_words())
    return READERS[key](text)


def narrowed(person: Person, key: str, cell: Cell) -> list[Fault]:
    """Return the remark of a cell whose full-width letters or digits were narrowed."""
    if key == "note" or values.folded(cell.text) == cell.text.strip():
        return []
    return [
        person.fault(
            key,
            _("Full-width characters were changed to normal ones."),
            _("Nothing needs to be done."),
            blocks=False,
        )
    ]


def identity_elsewhere(layout: Layout, row: SheetRow) -> str:
    """Return the heading of a further column in which a row has an identity number, or nothing."""
    known = set(layout.places.values()) - {layout.places.get("identity")}
    for place, cell in enumerate(row.cells):
        if place not in known and cell.text and holds_resident_number(cell.text):
            return layout.headings.get("identity", _("another column"))
    return ""


# --- across rows ----------------------------------------------------------------------------------


def add_doubles(reading: Reading) -> None:
    """Add the faults between rows: an address or a mobile number that stands twice."""
    for key in ("email", "mobile"):
        first: dict[str, int] = {}
        for at, person in enumerate(reading.people):
            value = getattr(person, key)
            if not value or key in person.bad:
                continue
            before = first.setdefault(value, person.row)
            if before == person.row:
                continue
            reason = _("%(value)s stands in row %(first)d already.")
            fault = person.fault(
                key, reason % {"value": value, "first": before}, _("Keep one of the two rows.")
            )
            reading.faults.append(fault)
            reading.people[at] = replace(person, bad=person.bad | {key})
