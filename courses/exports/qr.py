"""QR codes as drawings inside a page."""

import segno
from django.utils.safestring import SafeString, mark_safe


def qr_svg(text: str, label: str) -> SafeString:
    """Return a QR code (level M) of a text as an SVG with a title; black on white in any scheme."""
    drawn = segno.make(text, error="m", micro=False).svg_inline(
        border=3,
        light="#fff",
        dark="#000",
        title=label,
        svgclass="qr",
        lineclass=None,
        omitsize=True,
    )
    return mark_safe(drawn)  # noqa: S308 -- segno writes the markup and escapes the title
