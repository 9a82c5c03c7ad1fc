"""Documents as PDF by Typst: a template and its data, never source built from text.

Data reaches the template as JSON through `sys.inputs`, so that nothing a person typed can
become Typst code. Fonts are embedded as subsets; without a Chinese font the document is
refused with a clear message instead of showing empty boxes.
"""

import json
import threading
from pathlib import Path
from typing import Any

import typst
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.translation import gettext_lazy as _
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from portal.core.denials import Denied
from portal.core.fonts import font_folder

COMPILERS = threading.local()
MARKDOWN = MarkdownIt("commonmark").enable("table")


def render_pdf(template: Path, data: dict[str, Any], standard: Any = "") -> bytes:
    """Return the PDF of a `.typ` template filled with `data` (JSON types, dates, Decimals).

    `standard` asks for a kind of PDF ("a-3b": made to last, may carry attachments). Raises Denied
    when no Chinese font is installed.
    """
    fonts = font_folder()
    if fonts is None:
        raise Denied(
            _(
                "No Chinese font was found for the document. "
                "Ask the administrator to run “manage.py doctor”."
            ),
            code="pdf.font",
        )
    text = json.dumps(data, ensure_ascii=False, cls=DjangoJSONEncoder)
    document = compiler(template, fonts).compile(
        sys_inputs={"data": text}, pdf_standards=[standard] if standard else []
    )
    if not isinstance(document, bytes):
        raise TypeError("a document is one PDF")
    return document


def compiler(template: Path, fonts: Path) -> typst.Compiler:
    """Return this thread's compiler for a template: reading the font takes most of a document."""
    kept: dict[Path, typst.Compiler] = vars(COMPILERS).setdefault("by_template", {})
    if template not in kept:
        kept[template] = typst.Compiler(
            str(template),
            root=str(settings.ROOT),
            font_paths=[str(fonts)],
            ignore_system_fonts=True,
        )
    return kept[template]


def blocks_of(markdown: str) -> list[dict[str, Any]]:
    """Return Markdown as a list of plain blocks a template can set: no code is executed.

    Blocks: {"kind": "p"|"li"|"h", "runs": [[text, bold]]} and {"kind": "table", "rows":
    [[[runs]]]}. Ordered items carry "number". Anything else comes as its text.
    """
    blocks: list[dict[str, Any]] = []
    for node in SyntaxTreeNode(MARKDOWN.parse(markdown)).children:
        add_block(blocks, node)
    return blocks


def add_block(blocks: list[dict[str, Any]], node: SyntaxTreeNode, depth: int = 0) -> None:
    """Append the blocks of one syntax node."""
    if node.type in {"bullet_list", "ordered_list"}:
        for number, item in enumerate(node.children, start=1):
            add_item(blocks, item, number if node.type == "ordered_list" else 0, depth)
    elif node.type == "table":
        rows = [
            [runs_of(cell) for cell in row.children]
            for part in node.children
            for row in part.children
        ]
        blocks.append({"kind": "table", "rows": rows})
    elif node.type == "heading":
        blocks.append({"kind": "h", "runs": runs_of(node)})
    elif node.children:
        blocks.append({"kind": "p", "runs": runs_of(node)})
    elif node.content:
        blocks.append({"kind": "p", "runs": [[node.content, False]]})


def add_item(blocks: list[dict[str, Any]], item: SyntaxTreeNode, number: int, depth: int) -> None:
    """Append a list item: its first paragraph as the item, further lists one step deeper."""
    for child in item.children:
        if child.type in {"bullet_list", "ordered_list"}:
            add_block(blocks, child, depth + 1)
        else:
            runs = runs_of(child)
            blocks.append({"kind": "li", "runs": runs, "number": number, "depth": depth})


def runs_of(node: SyntaxTreeNode, bold: bool = False) -> list[list[Any]]:
    """Return the text runs below a node as [text, is bold] pairs."""
    if node.type in {"softbreak", "hardbreak"}:
        return [["\n", bold]]
    if not node.children:
        return [[node.content, bold]] if node.content else []
    inner = bold or node.type == "strong"
    return [run for child in node.children for run in runs_of(child, inner)]
