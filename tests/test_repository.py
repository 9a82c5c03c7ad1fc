"""What may be committed: the fixed top level, no hosts of package indexes, no bulk, no paths."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TOP_LEVEL = {
    *("portal", "showcase", "courses", "evaluation", "search", "tests", "docs", "requirements"),
    *("manage.py", "pyproject.toml", "Makefile", "README.md", "README.zh-CN.md", "LICENSE"),
    *("CHANGELOG.md", "CONTRIBUTING.md", ".ci", ".gitignore", ".editorconfig"),
}
LARGEST = 1024 * 1024
INDEX_HOST = re.compile(
    r"(https?://|\b)[\w.-]*"
    r"(pypi|pythonhosted|npmjs|npmmirror|rubygems|crates|deb\.debian|archive\.ubuntu|ghcr)"
    r"\.(org|com|io|cn)\b"
)
MACHINE_PATH = re.compile(r"(?<![\w.])/(work|root|home|Users)/\w")
INDEX_OPTION = re.compile(r"(--|^)(extra-)?(index-url|find-links|trusted-host)\b|https?://", re.M)
FOREIGN = {".ttf", ".otf", ".ttc", ".woff", ".woff2", ".mo", ".sqlite3", ".whl"}


def committed_files() -> list[Path]:
    """What git tracks or would add; files deleted but not yet committed are left out."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout.decode()
    return [ROOT / name for name in names.split("\0") if name and (ROOT / name).is_file()]


def text_of(path: Path) -> str:
    data = path.read_bytes()
    return "" if b"\0" in data else data.decode("utf-8", errors="replace")


def places(pattern: re.Pattern[str]) -> list[str]:
    found = []
    for path in committed_files():
        for number, line in enumerate(text_of(path).splitlines(), 1):
            if pattern.search(line) and path != Path(__file__):
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}")
    return found


def test_top_level_is_exactly_what_the_project_agreed():
    found = {path.relative_to(ROOT).parts[0] for path in committed_files()}
    assert found == TOP_LEVEL


def test_no_file_names_the_host_of_a_package_index():
    assert places(INDEX_HOST) == []


def test_no_file_names_a_path_of_one_machine():
    assert places(MACHINE_PATH) == []


@pytest.mark.parametrize("name", ["base.in", "base.txt", "dev.in", "dev.txt"])
def test_requirements_name_no_address(name):
    text = (ROOT / "requirements" / name).read_text()
    assert [match.group() for match in INDEX_OPTION.finditer(text)] == []


@pytest.mark.parametrize("name", ["base.txt", "dev.txt"])
def test_every_locked_package_has_a_hash(name):
    text = (ROOT / "requirements" / name).read_text().replace("\\\n", " ")
    packages = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
    assert [line.split()[0] for line in packages if "--hash=sha256:" not in line] == []


@pytest.mark.parametrize("name", ["base", "dev"])
def test_lock_holds_what_was_asked_for(name):
    asked = re.findall(r"^[A-Za-z][\w.-]*", (ROOT / f"requirements/{name}.in").read_text(), re.M)
    lock = (ROOT / f"requirements/{name}.txt").read_text()
    locked = {re.split(r"[=\[]", line)[0].lower() for line in lock.splitlines() if "==" in line}
    assert [package for package in asked if package.lower().replace("_", "-") not in locked] == []


def test_no_file_is_bulk():
    sizes = {path.relative_to(ROOT): path.stat().st_size for path in committed_files()}
    assert {path: size for path, size in sizes.items() if size > LARGEST} == {}


def test_no_font_build_product_or_database_is_committed():
    found = [path.relative_to(ROOT) for path in committed_files() if path.suffix in FOREIGN]
    assert found == []


def test_no_minified_code_of_others_is_committed():
    scripts = [path for path in committed_files() if path.suffix in {".js", ".css"}]
    longest = {
        path.relative_to(ROOT): max(map(len, text_of(path).splitlines()), default=0)
        for path in scripts
    }
    assert {path: length for path, length in longest.items() if length > 400} == {}
