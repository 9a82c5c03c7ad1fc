"""The joined style sheet: whole, in order, and small enough."""

import gzip
from pathlib import Path

from portal.core.assets import joined

CSS = Path(__file__).resolve().parents[2] / "portal" / "static" / "portal" / "css"
JS = CSS.parent / "js"
MAX_CSS_GZIPPED = 25_000
MAX_JS = 25_000


def part(name: str) -> str:
    return (CSS / name).read_text(encoding="utf-8")


def test_imports_are_replaced_in_order_and_print_stays_for_print() -> None:
    source = '@import url("a.css");\n@import url("b.css") print;'
    assert joined(source, lambda name: f"/*{name}*/") == ("/*a.css*/\n@media print {\n/*b.css*/\n}")


def test_every_part_is_in_the_entry_once() -> None:
    parts = sorted(str(path.relative_to(CSS)) for path in CSS.rglob("*.css"))
    named = sorted(
        [
            "portal.css",
            *[
                line.split('"')[1]
                for line in part("portal.css").splitlines()
                if line.startswith("@import")
            ],
        ]
    )
    assert named == parts


def test_style_sheet_stays_small() -> None:
    text = joined(part("portal.css"), part)
    assert len(gzip.compress(text.encode())) <= MAX_CSS_GZIPPED


def test_scripts_of_public_pages_stay_small() -> None:
    """The others are for workspaces: autosave, upload, the score sheet."""
    public = ("app.js", "say.js", "suggest.js")
    assert sum((JS / name).stat().st_size for name in public) <= MAX_JS


def test_no_rule_shouts_or_names_an_id() -> None:
    text = joined(part("portal.css"), part)
    assert text.count("!important") == 0
    assert text.count("\n  #") == 0
