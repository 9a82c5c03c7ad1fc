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


def to_unit_blocks(text: str) -> list[dict[str, Any]]:
    """Return the blocks of a teaching text: quotations and fenced code have blocks of their own.

    A quotation keeps its words without markup.
    """
    blocks: list[dict[str, Any]] = []
    plain: list[Token] = []
    quoted: list[str] = []
    depth = 0
    for token in [*PARSER.parse(text), None]:
        own = token is None or token.type in {"fence", "blockquote_open", "blockquote_close"}
        if own and plain:
            blocks += blocks_of(plain)
            plain = []
        if token is None:
            continue
        if token.type == "fence":
            value = {"language": token.info.strip(), "text": token.content.rstrip("\n")}
            blocks.append({"type": "code", "value": value})
        elif token.type == "blockquote_open":
            depth += 1
        elif token.type == "blockquote_close":
            depth -= 1
            if not depth:
                blocks.append({"type": "quote", "value": "\n".join(quoted)})
                quoted = []
        elif depth:
            quoted += [token.content] if token.type == "inline" else []
        else:
            plain.append(token)
    return blocks


def to_blocks(text: str) -> list[dict[str, Any]]:
    """Return text and table blocks in their order; third-level headings become second-level."""
    return blocks_of(PARSER.parse(text))


def blocks_of(tokens: list[Token]) -> list[dict[str, Any]]:
    """Return text and table blocks of parsed Markdown."""
    blocks: list[dict[str, Any]] = []
    plain: list[Token] = []
    table: list[Token] = []

    def close_text() -> None:
        if plain:
            html = PARSER.renderer.render(plain, PARSER.options, {})
            blocks.append({"type": "text", "value": html})
            plain.clear()

    inside = False
    for token in tokens:
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
