"""The few blocks an editor's text is made of: paragraphs and tables. No layout, no markup."""

from typing import Any

from wagtail.blocks import CharBlock, RichTextBlock
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock

TEXT_FEATURES = ["h2", "h3", "bold", "italic", "ol", "ul", "link", "document-link", "hr"]


def body_blocks() -> list[tuple[str, Any]]:
    """Return the blocks of a page's body: rich text, and tables with a head row."""
    cells = [("text", CharBlock(required=False))]
    return [
        ("text", RichTextBlock(features=TEXT_FEATURES)),
        ("table", TypedTableBlock(cells, template="components/body_table.html")),
    ]


def body_text(body: Any) -> str:
    """Return the words of a body (a StreamField's value) without markup, for search."""
    return "\n".join(body.stream_block.get_searchable_content(body)) if body else ""
