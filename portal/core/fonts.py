"""Where the Chinese font for documents lies: the setting, the Python package, the system."""

from functools import cache
from importlib.util import find_spec
from pathlib import Path

from django.conf import settings

SYSTEM_FOLDERS = (
    "/usr/share/fonts/opentype/noto",
    "/usr/share/fonts/noto-cjk",
    "/System/Library/Fonts",
    "/Library/Fonts",
)
FONT_PACKAGE = "noto_cjk_sans_otc"
CJK_MARKS = ("NotoSansCJK", "NotoSansSC", "SourceHanSans", "PingFang")


def font_folders() -> list[Path]:
    """Return the folders to look in, the best first."""
    folders = [Path(settings.CJK_FONT_DIR)] if settings.CJK_FONT_DIR else []
    spec = find_spec(FONT_PACKAGE)
    if spec and spec.submodule_search_locations:
        folders += [Path(place) for place in spec.submodule_search_locations]
    return folders + [Path(folder) for folder in SYSTEM_FOLDERS]


@cache
def font_folder() -> Path | None:
    """Return the first folder that holds a Chinese font, or None."""
    for folder in font_folders():
        if folder.is_dir() and any(
            mark in path.name for path in folder.iterdir() for mark in CJK_MARKS
        ):
            return folder
    return None
