"""The few blocks an editor's text is made of: paragraphs, tables, and in teaching texts quotations
and code. No layout, no markup.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.blocks import BlockQuoteBlock, CharBlock, RichTextBlock, StructBlock, TextBlock
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock

CODE_FEATURES = ["code"]
TEXT_FEATURES = ["h2", "h3", "bold", "italic", "ol", "ul", "link", "document-link", "hr"]


def body_blocks() -> list[tuple[str, Any]]:
    """Return the blocks of a page's body: rich text, and tables with a head row."""
    return [("text", RichTextBlock(features=TEXT_FEATURES)), table_block()]


def table_block() -> tuple[str, Any]:
    """Return the block of a table with a head row."""
    cells = [("text", CharBlock(required=False))]
    return ("table", TypedTableBlock(cells, template="components/body_table.html"))


def unit_blocks() -> list[tuple[str, Any]]:
    """Return the blocks of a teaching text: those of a page, a quotation, and lines of code."""
    code = [
        ("language", CharBlock(required=False, max_length=20, label=_("Programming language"))),
        ("text", TextBlock(label=_("Code"))),
    ]
    return [
        ("text", RichTextBlock(features=TEXT_FEATURES + CODE_FEATURES)),
        table_block(),
        ("quote", BlockQuoteBlock()),
        ("code", StructBlock(code, label=_("Code"), template="components/body_code.html")),
    ]


def body_text(body: Any) -> str:
    """Return the words of a body (a StreamField's value) without markup, for search."""
    return "\n".join(body.stream_block.get_searchable_content(body)) if body else ""
