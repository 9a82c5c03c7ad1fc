"""Reading and validating an application's data against a form version's schema. Pure.

`clean` brings what was typed into its stored form and never loses it: what cannot be read is
kept as typed and reported by `faults_of`. Words for people are in `rules/wording.py`; the
eligibility rules that join several facts are in `eligibility.py`.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from unicodedata import normalize

from stdnum.cn import uscc

from portal.core.resident_numbers import holds_resident_number

Schema = Mapping[str, Any]
Field = Mapping[str, Any]
Data = Mapping[str, Any]
Choices = Mapping[str, Collection[str]]

LONG = {"longtext", "rich"}
MOBILE = re.compile(r"1[3-9]\d{9}")
LANDLINE = re.compile(r"0\d{2,3}-?\d{7,8}(-\d{1,6})?")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]{2,}")
MONEY_LIMIT = Decimal("10000000000")


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: the field's key (with row and column in a table), a stable code."""

    key: str
    code: str
    params: Mapping[str, Any] = field(default_factory=dict)

    @property
    def field_key(self) -> str:
        """The key of the field itself, without row and column."""
        return self.key.split("#")[0]


def sections(schema: Schema) -> Sequence[Mapping[str, Any]]:
    """Return the form's sections in order."""
    return schema["sections"]


def section(schema: Schema, key: str) -> Mapping[str, Any] | None:
    """Return one section by its key, or None."""
    return next((part for part in schema["sections"] if part["key"] == key), None)


def fields(schema: Schema) -> Iterator[Field]:
    """Yield every field of the form in order."""
    for part in schema["sections"]:
        yield from part["fields"]


def fields_by_key(schema: Schema) -> dict[str, Field]:
    """Return every field of the form by its key."""
    return {one["key"]: one for one in fields(schema)}


def attachments(schema: Schema, *, section_key: str | None = None) -> list[Mapping[str, Any]]:
    """Return the attachment rules, of one section if a key is given."""
    return [rule for rule in schema["attachments"] if section_key in {None, rule["section"]}]


def attachment(schema: Schema, code: str) -> Mapping[str, Any] | None:
    """Return the rule of one attachment code, or None."""
    return next((rule for rule in schema["attachments"] if rule["code"] == code), None)


def is_joint(data: Data) -> bool:
    """Say whether the application names partners."""
    return bool(data.get("partners"))


def is_needed(rule: Mapping[str, Any], data: Data) -> bool:
    """Say whether an attachment must be there: always, or because the application is joint."""
    return rule["required"] == "always" or (rule["required"] == "joint" and is_joint(data))


def missing_attachments(schema: Schema, data: Data, counts: Mapping[str, int]) -> list[str]:
    """Return the codes of needed attachments of which there are fewer than the least number."""
    return [
        rule["code"]
        for rule in schema["attachments"]
        if is_needed(rule, data) and counts.get(rule["code"], 0) < max(rule["min"], 1)
    ]


# --- reading what was typed -----------------------------------------------------------------


def is_empty(value: Any) -> bool:
    """Say whether nothing was given: blank text, empty list, no tick, three blank amounts."""
    if isinstance(value, str):
        return not value.strip()
    if isinstance(value, list | tuple):
        return all(is_empty(item) for item in value)
    if isinstance(value, Mapping):
        return all(is_empty(item) for item in value.values())
    return value is None or value is False


def clean(one: Field, raw: Any) -> Any:
    """Return the stored form of what was typed for one field; unreadable text stays as it is."""
    kind = one["type"]
    if kind == "table":
        rows = [clean_row(one, row) for row in raw or []]
        return [row for row in rows if not is_empty(row)]
    if kind == "money3":
        return [clean_money(text) for text in [*(raw or []), "", "", ""][:3]]
    if kind == "choices":
        return [str(code) for code in raw or []]
    if kind == "lines":
        return clean_lines(raw)
    if kind == "pledge":
        return raw is True or str(raw).lower() in {"on", "true", "1", "yes"}
    return clean_text(kind, "" if raw is None else raw)


def clean_row(one: Field, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return one table row with exactly the field's columns."""
    return {
        column["key"]: clean_text(column["type"], row.get(column["key"]) or "")
        for column in one["columns"]
    }


def clean_lines(raw: Any) -> list[str]:
    """Return the non-blank lines of a text (or of a list)."""
    lines = raw.splitlines() if isinstance(raw, str) else raw or []
    return [str(line).strip() for line in lines if str(line).strip()]


def clean_text(kind: str, raw: Any) -> Any:
    """Return a single value in its stored form: int as number, money with two decimals."""
    if kind == "int":
        return clean_int(raw)
    if kind == "money":
        return clean_money(raw)
    text = str(raw).replace("\r\n", "\n").replace("\x00", "")
    if kind in LONG:
        return text.rstrip()
    if kind == "uscc":
        return fold(fold(text).upper(), drop="-‐–—")
    return fold(text) if kind in {"mobile", "email", "date"} else " ".join(text.split())


def fold(text: str, *, drop: str = "") -> str:
    """Return text half-width and without white space; folding twice changes nothing."""
    wide = normalize("NFKC", text)
    return normalize("NFKC", "".join(c for c in wide if not c.isspace() and c not in drop))


def clean_int(raw: Any) -> Any:
    """Return an int, or the text as typed where it is none."""
    text = fold(str(raw), drop=",")
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else " ".join(str(raw).split())


def clean_money(raw: Any) -> str:
    """Return an amount in 万元 as text with two decimals, or the text as typed.

    Rule: an amount is never rounded; more than two decimals stay as typed and are a fault.
    """
    amount = as_money(fold(str(raw), drop=","))
    return " ".join(str(raw).split()) if amount is None else f"{amount:.2f}"


def as_money(text: Any) -> Decimal | None:
    """Return the exact amount of a well-written sum, else None."""
    if not re.fullmatch(r"[0-9]{1,12}(\.[0-9]{1,2})?", str(text)):
        return None
    try:
        return Decimal(str(text))
    except InvalidOperation:
        return None


def as_date(text: Any) -> date | None:
    """Return the date of an ISO text, else None."""
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        return None


# --- faults ---------------------------------------------------------------------------------


def faults(
    schema: Schema, data: Data, choices: Choices, *, section_key: str | None = None
) -> list[Fault]:
    """Return everything wrong with the data, in the form's order; of one section if given."""
    found: list[Fault] = []
    for part in schema["sections"]:
        if section_key in {None, part["key"]}:
            for one in part["fields"]:
                found += faults_of(one, data.get(one["key"]), choices)
            found += date_order_faults(part, data)
    return found


def faults_of(one: Field, value: Any, choices: Choices) -> list[Fault]:
    """Return what is wrong with one field's value: missing, or not what it should be."""
    key = one["key"]
    if is_empty(value):
        least = one.get("min_rows", 0)
        needed = one["required"] or least > 0
        return [Fault(key, "pledge" if one["type"] == "pledge" else "required")] if needed else []
    if one["type"] == "table":
        return table_faults(one, value, choices)
    if one["type"] == "money3":
        return [
            fault for text in value[:3] for fault in value_faults(key, {"type": "money"}, text)
        ][:1]
    if one["type"] == "choices":
        return choices_faults(one, value, choices)
    if one["type"] == "choice":
        known = str(value) in choices.get(one["scheme"], ())
        return [] if known else [Fault(key, "choice")]
    if one["type"] == "lines":
        return value_faults(key, one, "\n".join(value))
    return value_faults(key, one, value)


def identity_faults(schema: Schema, data: Data, *, section_key: str) -> list[Fault]:
    """Return a fault for every answer that holds a resident identity number.

    Rule: such an answer is not kept, not even in a draft; the other answers are. Whatever else is
    wrong with it does not count. A valid credit code is none.
    """
    part = section(schema, section_key) or {"fields": []}
    return [
        Fault(key, "identity")
        for one in part["fields"]
        for key, text in texts_of(one["key"], data.get(one["key"]))
        if holds_resident_number(text) and not uscc.is_valid(text)
    ]


def texts_of(key: str, value: Any) -> Iterator[tuple[str, str]]:
    """Yield every text of an answer with the key of its fault: one, a list, or a table's cells."""
    if isinstance(value, str):
        yield key, value
    for number, row in enumerate(value if isinstance(value, list) else []):
        if isinstance(row, Mapping):
            for column, text in row.items():
                yield from texts_of(f"{key}#{number}#{column}", text)
        elif isinstance(row, str):
            yield key, row


def choices_faults(one: Field, value: Sequence[str], choices: Choices) -> list[Fault]:
    """Return the faults of a list of choices: unknown code, too many."""
    if any(code not in choices.get(one["scheme"], ()) for code in value):
        return [Fault(one["key"], "choice")]
    if len(value) > one.get("max_items", len(value)):
        return [Fault(one["key"], "too_many", {"max": one["max_items"]})]
    return []


def table_faults(one: Field, rows: Sequence[Mapping[str, Any]], choices: Choices) -> list[Fault]:
    """Return the faults of a table: number of rows, and each cell as "key#row#column"."""
    found = []
    if len(rows) > one["max_rows"]:
        found.append(Fault(one["key"], "too_many_rows", {"max": one["max_rows"]}))
    if len(rows) < one.get("min_rows", 0):
        found.append(Fault(one["key"], "too_few_rows", {"min": one["min_rows"]}))
    for number, row in enumerate(rows):
        for column in one["columns"]:
            cell = {**column, "key": f"{one['key']}#{number}#{column['key']}"}
            found += faults_of(cell, row.get(column["key"]), choices)
    codes = [row.get("uscc") for row in rows if row.get("uscc")]
    if len(codes) != len(set(codes)):
        found.append(Fault(one["key"], "twice"))
    return found


def value_faults(key: str, one: Field, value: Any) -> list[Fault]:
    """Return the faults of a single value that is not empty."""
    kind, text = one["type"], str(value)
    if "max" in one and kind != "uscc" and len(text) > one["max"]:
        return [Fault(key, "too_long", {"max": one["max"], "over": len(text) - one["max"]})]
    code = WRONG.get(kind, lambda _text: "")(text)
    if code:
        return [Fault(key, code, {"value": text})]
    return [Fault(key, "identity")] if kind != "uscc" and holds_resident_number(text) else []


def wrong_money(text: str) -> str:
    """Return the fault code of an amount, or nothing."""
    amount = as_money(text)
    return "money" if amount is None or amount >= MONEY_LIMIT else ""


def wrong_mobile(text: str) -> str:
    """Return the fault code of a telephone number; a landline with area code is accepted."""
    return "" if MOBILE.fullmatch(text) or LANDLINE.fullmatch(text) else "mobile"


WRONG = {
    "uscc": lambda text: "" if uscc.is_valid(text) else "uscc",
    "mobile": wrong_mobile,
    "email": lambda text: "" if EMAIL.fullmatch(text) else "email",
    "date": lambda text: "" if as_date(text) else "date",
    "int": lambda text: "" if text.isdecimal() else "int",
    "money": wrong_money,
}


def date_order_faults(part: Mapping[str, Any], data: Data) -> list[Fault]:
    """Rule: a project starts, goes into operation, and is accepted, in this order."""
    if part["key"] != "project":
        return []
    start, online, accept = (as_date(data.get(f"pj.{k}")) for k in ("start", "online", "accept"))
    found = []
    if start and online and online < start:
        found.append(Fault("pj.online", "before_start"))
    if online and accept and accept < online:
        found.append(Fault("pj.accept", "before_online"))
    return found


# --- state of a section ---------------------------------------------------------------------


def section_state(
    schema: Schema, key: str, data: Data, choices: Choices, counts: Mapping[str, int]
) -> str:
    """Return "todo" (nothing yet), "doing", "done" or "fault" (something must be mended).

    A section that asks for nothing (partners of a single applicant) is done.
    """
    found = faults(schema, data, choices, section_key=key)
    if any(fault.code not in {"required", "pledge"} for fault in found):
        return "fault"
    own = {rule["code"] for rule in attachments(schema, section_key=key)}
    missing = own.intersection(missing_attachments(schema, data, counts))
    if not found and not missing:
        return "done"
    part = section(schema, key) or {"fields": []}
    begun = any(not is_empty(data.get(one["key"])) for one in part["fields"])
    return "doing" if begun or any(counts.get(code) for code in own) else "todo"
