"""Reading a list of organisations and people: rows as values, every fault with its place.

Nothing is written here; `services.importing` takes in what was read.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from portal.accounts.enums import Role
from portal.accounts.models import Organisation, User
from portal.accounts.services.importing import ListedRow, Plan, plan_people
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
from portal.core.taxonomies import code_of

MAX_LISTED = 1000
# Key: heading in the template, its English name, whether every row needs it.
COLUMNS: dict[str, tuple[str, str, bool]] = {
    "organisation": ("单位名称", "Organisation", False),
    "uscc": ("统一社会信用代码", "Credit code", True),
    "kind": ("单位类型", "Kind", False),
    "region": ("所在地区", "Region", False),
    "name": ("姓名", "Name", False),
    "email": ("邮箱", "E-mail", False),
    "role": ("角色", "Role", False),
    "is_administrator": ("是否管理员", "Administrator", False),
}
MORE_ALIASES = {
    "organisation": {"单位", "单位全称", "申报单位", "organization", "company"},
    "uscc": {"信用代码", "单位信用代码", "社会信用代码", "uscc"},
    "kind": {"类型", "单位性质", "kind of organisation"},
    "region": {"地区", "省份", "所在省", "所在地", "province"},
    "name": {"联系人", "人员姓名", "full name", "person"},
    "email": {"电子邮箱", "电子邮件", "email", "mail"},
    "role": {"身份"},
    "is_administrator": {"管理员", "admin"},
}
BRACKETS = re.compile(r"[(\[].*?[)\]]|\*|[:：]")
YES, NO = {"是", "有", "√", "y", "yes", "1", "true"}, {"", "否", "无", "n", "no", "0", "false"}


def plain(text: str) -> str:
    """Return a heading or a word without what does not count: width, case, blanks, brackets."""
    folded = BRACKETS.sub("", unicodedata.normalize("NFKC", text)).lower()
    return "".join(folded.split())


KEY_OF = {
    plain(word): key
    for key, (zh, en, _needed) in COLUMNS.items()
    for word in {zh, en, *MORE_ALIASES[key]}
}


def key_of_heading(text: str) -> str | None:
    """Return the column a heading names; what `plain` leaves out does not count."""
    return KEY_OF.get(plain(text))


@dataclass
class Reading:
    """What a file holds: its rows and what is wrong; `layout` says where the table stands."""

    rows: list[ListedRow] = field(default_factory=list)
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
        return bool(self.reading.rows) and not self.faults and not self.plan.refusal


def dry_run(file: PrivateFile, *, by: User) -> DryRun:
    """Read a stored list and say what it would do. Raises ValidationError if it is unreadable."""
    reading = read_people(lists.sheets_of(file))
    return DryRun(reading, plan_people(rows=reading.rows, by=by))


def read_people(sheets: Iterable[Sheet]) -> Reading:
    """Return the rows and faults of the first sheet that has the list's headings.

    Raises ValidationError for a list that is too long.
    """
    tables = list(sheets)
    layout = lists.find_list(tables, key_of_heading)
    if layout is None:
        wanted = (zh for zh, _en, _needed in COLUMNS.values())
        return Reading(faults=[lists.no_headings(tables, wanted)])
    reading = Reading(layout=layout)
    if "uscc" not in layout.places:
        reading.faults.append(lists.no_column(layout, COLUMNS["uscc"][0]))
    for row in lists.data_rows(layout, key_of_heading):
        listed, faults = read_row(layout, row)
        reading.rows.append(listed)
        reading.faults += faults
        if len(reading.rows) > MAX_LISTED:
            raise ValidationError(
                _("The list has more than %(max)d rows. Split it."), params={"max": MAX_LISTED}
            )
    if not reading.rows:
        reading.faults.append(nothing_below(layout))
    add_contradictions(reading)
    return reading


def nothing_below(layout: Layout) -> Fault:
    """Return the fault of a list without rows."""
    return Fault(
        layout.sheet.name,
        None,
        None,
        _("There is nothing below the headings."),
        _("Write one person, or one organisation, in each row."),
    )


def read_row(layout: Layout, row: SheetRow) -> tuple[ListedRow, list[Fault]]:
    """Return one row as values, with the faults of its cells."""
    blank = ListedRow(layout.sheet.name, row.number, layout.headings)
    found: dict[str, Any] = {}
    faults: list[Fault] = []
    cells = layout.cells(row)
    for key in COLUMNS:
        try:
            found[key] = read_cell(key, cells.get(key, Cell()))
        except Unreadable as error:
            faults.append(blank.fault(key, error.reason, error.remedy))
            found[key] = False if key == "is_administrator" else ""
    bad = {fault.column for fault in faults}
    listed = replace(blank, **found, bad=frozenset(k for k in COLUMNS if heading(blank, k) in bad))
    region = cells.get("region", Cell()).text.strip()
    if region and not listed.region:
        faults.append(unknown_region(listed, region))
    missing = list(missing_in(listed))
    more = frozenset(key for key, _reason, _remedy in missing)
    faults += [listed.fault(*one) for one in missing]
    return replace(listed, bad=listed.bad | more), faults


def heading(row: ListedRow, key: str) -> str:
    """Return how a column is called in the sheet."""
    return row.headings.get(key, key)


def unknown_region(row: ListedRow, text: str) -> Fault:
    """Return the remark of a region that is not in the list: it may be a retired one."""
    return row.fault(
        "region",
        _("The region “%(text)s” is not in the list; it is left empty.") % {"text": text[:40]},
        _("Write a province or city, or its code of six digits; or set it later on the page."),
        blocks=False,
    )


def missing_in(row: ListedRow) -> Iterator[tuple[str, str, str]]:
    """Yield what a person of a row lacks: a name or an address without the other, no role."""
    if row.email and not row.role and "role" not in row.bad:
        yield "role", _("A person is listed without a role."), _("Write the role.")
    if row.name and not row.email and "email" not in row.bad:
        yield "email", _("A person is listed without an e-mail address."), _("Write the address.")


def kind_of(text: str) -> str:
    """Return the kind of organisation a word names; an enterprise where none is written."""
    return choice_of(text, Organisation.Kind) if text else str(Organisation.Kind.ENTERPRISE)


def role_of(text: str) -> str:
    """Return the role a word names."""
    return choice_of(text, Role) if text else ""


def words_of(choices: Any) -> dict[str, Any]:
    """Return the choices by everything they are called: value, Chinese and English label."""
    found = {plain(str(one.value)): one for one in choices}
    for language in ("zh-hans", "en"):
        with override(language):
            found |= {plain(str(one.label)): one for one in choices}
    return found


def choice_of(text: str, choices: Any) -> str:
    """Return the value of the choice that a cell names; raise Unreadable listing them."""
    found = words_of(choices).get(plain(text))
    if found is None:
        names = _(", ").join(str(one.label) for one in choices)
        raise Unreadable(
            _("“%(text)s” is none of the words known here.") % {"text": text[:40]},
            _("Choose one of: %(words)s.") % {"words": names},
        )
    return str(found.value)


REGION_TAILS = ("省", "市", "壮族自治区", "回族自治区", "维吾尔自治区", "自治区", "特别行政区")


def region_of(text: str) -> str:
    """Return the code of a region by name or code; empty where it is not in the list."""
    word = values.folded(text)
    short = (word.removesuffix(tail) for tail in REGION_TAILS if word.endswith(tail))
    found = (code_of("regions", one) for one in (word, *short))
    return next((code for code in found if code), "")


def yes_or_no(text: str) -> bool:
    """Return whether a cell says yes."""
    word = plain(text)
    if word in YES | NO:
        return word in YES
    raise Unreadable(
        _("“%(text)s” says neither yes nor no.") % {"text": text[:40]}, _("Write 是 or 否.")
    )


READERS: dict[str, Callable[[str], Any]] = {
    "organisation": lambda text: values.line(text, 100),
    "uscc": values.credit_code,
    "kind": kind_of,
    "region": region_of,
    "name": lambda text: values.line(text, 50),
    "email": values.email,
    "role": role_of,
    "is_administrator": yes_or_no,
}
EMPTY_READ = {"kind", "is_administrator"}
IDENTITY_REASON: str | Promise = gettext_lazy(
    "Identity numbers are not accepted: nothing here needs them, and the law on personal "
    "information (PIPL) forbids collecting what is not needed."
)


def read_cell(key: str, cell: Cell) -> Any:
    """Return the value of one cell, or raise Unreadable. A formula is never evaluated."""
    text = lists.text_in(cell, is_needed=COLUMNS[key][2])
    if not text and key not in EMPTY_READ:
        return ""
    is_code = key == "uscc" and not uscc_fault(text)
    if not is_code and holds_resident_number(text):
        raise Unreadable(
            str(IDENTITY_REASON), _("Delete the numbers, save the file and upload it again.")
        )
    return READERS[key](text)


# --- across rows ----------------------------------------------------------------------------------


def add_contradictions(reading: Reading) -> None:
    """Add the faults between rows: a role that stands twice, a code with two names or kinds."""
    doubles: dict[tuple[str, str, str], int] = {}
    facts: dict[tuple[str, str], tuple[int, str]] = {}
    for row in reading.rows:
        key = (row.uscc, row.email, row.role)
        before = doubles.setdefault(key, row.row) if row.uscc and row.email else row.row
        if before != row.row:
            reading.faults.append(
                row.fault(
                    "email",
                    _("The same person with the same role stands in row %(row)d.")
                    % {"row": before},
                    _("Delete one of the two rows."),
                )
            )
        for column in ("organisation", "kind"):
            add_contradiction(reading, row, column, facts)


def add_contradiction(
    reading: Reading, row: ListedRow, column: str, facts: dict[tuple[str, str], tuple[int, str]]
) -> None:
    """Add the fault of a row that says of its code something else than an earlier row."""
    told = getattr(row, column)
    if not row.uscc or not told:
        return
    place, said = facts.setdefault((row.uscc, column), (row.row, told))
    if said != told:
        reading.faults.append(
            row.fault(
                column,
                _("Row %(row)d says something else of this credit code: %(text)s.")
                % {"row": place, "text": said},
                _("Write the same in both rows."),
            )
        )
