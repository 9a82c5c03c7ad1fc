"""Filling in the application's form as its schema describes it, through the page's controls."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Locator, Page, Request, expect

from tests.journeys.people import zh

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def control(page: Page, name: str) -> Locator:
    """The control of a field by its key."""
    return page.locator(f'[name="{name}"]')


def fill_section(page: Page, section: Mapping[str, Any], data: Mapping[str, Any]) -> None:
    """Give every answer of a section."""
    for field in section["fields"]:
        value = data.get(field["key"])
        if value not in (None, "", []):
            give(page, field, value)


def give(page: Page, field: Mapping[str, Any], value: Any) -> None:
    """Give one answer: choose, tick or type it."""
    key, kind = field["key"], field["type"]
    if kind == "choice":
        control(page, key).select_option(str(value))
    elif kind == "choices":
        for one in value:
            page.locator(f'[name="{key}"][value="{one}"]').check()
    elif kind == "pledge":
        control(page, key).check()
    elif kind == "money3":
        for number, amount in enumerate(value):
            control(page, f"{key}_{number}").fill(amount)
    elif kind == "table":
        for number, row in enumerate(value):
            fill_row(page, f"{key}-{number}", row)
    else:
        control(page, key).fill("\n".join(value) if kind == "lines" else str(value))


def fill_row(page: Page, prefix: str, row: Mapping[str, str]) -> None:
    """Fill in one row of a table."""
    for column, text in row.items():
        control(page, f"{prefix}-{column}").fill(text)


@contextmanager
def saved_by_itself(page: Page) -> Iterator[None]:
    """Wait until the page has saved, unasked, what is typed inside."""
    typed: list[bool] = []

    def is_the_save(request: Request) -> bool:
        accept = request.headers.get("accept", "")
        return bool(typed) and request.method == "POST" and "application/json" in accept

    with page.expect_request(is_the_save) as waiting:
        yield
        typed.append(True)
    answer = waiting.value.response()
    assert answer is not None
    assert answer.ok, answer.text()
    expect(page.locator("[data-saved]").first).to_contain_text(said_saved())


def said_saved() -> str:
    """How the page begins to say that all is saved."""
    return zh("Saved {time}").split("{")[0].strip()
