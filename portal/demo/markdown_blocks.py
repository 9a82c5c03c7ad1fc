"""Turns the Markdown of the demo's texts into the blocks editors work with."""

from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

PARSER = MarkdownIt("commonmark", {"html": False}).enable("table")


def cells(tokens: list[Token]) -> list[list[str]]:
    """Return the rows of a table as plain texts, the head first."""
    rows: list[list[str]] = []
    for token in tokens:
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline" and rows:
            rows[-1].append(token.content)
    return rows


def table_value(rows: list[list[str]]) -> dict[str, Any]:
    """Return a table as the table block keeps it."""
    head, *body = rows
    return {
        "columns": [{"type": "text", "heading": text} for text in head],
        "rows": [{"values": row} for row in body],
        "caption": "",
    }


def to_blocks(text: str) -> list[dict[str, Any]]:
    """Return text and table blocks in their order; third-level headings become second-level."""
    blocks: list[dict[str, Any]] = []
    plain: list[Token] = []
    table: list[Token] = []

    def close_text() -> None:
        if plain:
            html = PARSER.renderer.render(plain, PARSER.options, {})
            blocks.append({"type": "text", "value": html})
            plain.clear()

    inside = False
    for token in PARSER.parse(text):
        if token.type == "table_open":
            close_text()
            inside = True
        elif token.type == "table_close":
            blocks.append({"type": "table", "value": table_value(cells(table))})
            table.clear()
            inside = False
        else:
            if token.type in {"heading_open", "heading_close"}:
                token.tag = "h2"
            (table if inside else plain).append(token)
    close_text()
    return blocks
