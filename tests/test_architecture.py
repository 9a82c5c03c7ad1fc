"""What import-linter cannot see: relations named by strings, templates, file names and sizes."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.template import engines
from django.template.base import Lexer, TokenType

ROOT = Path(__file__).resolve().parent.parent
RANKS = {
    "core": 1,
    "accounts": 2,
    "outreach": 3,
    "showcase": 3,
    "courses": 3,
    "search": 3,
    "evaluation": 4,
    "demo": 5,
}
FORBIDDEN = {("evaluation", "courses"), ("evaluation", "search"), ("evaluation", "outreach")}
FOLDERS = {
    "evaluation": ROOT / "evaluation",
    "showcase": ROOT / "showcase",
    "courses": ROOT / "courses",
    "search": ROOT / "search",
    "outreach": ROOT / "portal" / "outreach",
    "accounts": ROOT / "portal" / "accounts",
    "demo": ROOT / "portal" / "demo",
    "core": ROOT / "portal" / "core",
}
SHARED_TEMPLATES = ROOT / "portal" / "templates"
PACKAGES = ("portal", "showcase", "evaluation", "courses", "search")
LONGEST_MODULE = 400
QUOTED = re.compile(r"^\s*(?:extends|include)\s+[\"']([^\"']+)[\"']")


def may_know(user: str, used: str) -> bool:
    """Rule: an app knows itself and what lies below it; apps of one rank are strangers."""
    if user == used:
        return True
    return RANKS[user] > RANKS[used] and (user, used) not in FORBIDDEN


def app_of(path: Path) -> str | None:
    """The app whose folder holds the file; the shared templates count as core's."""
    if SHARED_TEMPLATES in path.parents:
        return "core"
    return next((label for label, folder in FOLDERS.items() if folder in path.parents), None)


def own_files(suffix: str) -> list[Path]:
    return sorted(path for name in PACKAGES for path in (ROOT / name).rglob(f"*{suffix}"))


def own_models() -> list[type]:
    return [model for model in apps.get_models() if model._meta.app_label in RANKS]


@pytest.mark.parametrize("model", own_models(), ids=lambda model: model._meta.label)
def test_model_relations_point_down(model):
    """AUTH_USER_MODEL is the one seam that points up: Django binds it by setting, not by import."""
    relations = [
        (field.name, field.related_model._meta.app_label)
        for field in model._meta.get_fields(include_parents=False)
        if field.is_relation
        and not field.auto_created
        and field.related_model
        and field.related_model is not get_user_model()
    ]
    own = [(name, used) for name, used in relations if used in RANKS]
    assert [(n, used) for n, used in own if not may_know(model._meta.app_label, used)] == []


def named_templates(path: Path) -> list[str]:
    tokens = Lexer(path.read_text(encoding="utf-8")).tokenize()
    blocks = (token.contents for token in tokens if token.token_type == TokenType.BLOCK)
    return [match.group(1) for match in map(QUOTED.match, blocks) if match]


def origin_of(name: str) -> Path:
    return Path(engines["django"].get_template(name).origin.name)


def test_templates_extend_and_include_only_downward():
    wrong = []
    for path in own_files(".html"):
        for name in named_templates(path):
            user, used = app_of(path), app_of(origin_of(name))
            if user and used and not may_know(user, used):
                wrong.append(f"{path.relative_to(ROOT)} uses {name}")
    assert wrong == []


def test_no_module_is_called_utils_or_helpers():
    vague = {"utils", "util", "helpers", "helper", "misc", "common"}
    assert [path for path in own_files(".py") if vague & {path.stem, path.parent.name}] == []


def test_no_module_is_longer_than_a_reader_can_hold():
    lengths = {
        path.relative_to(ROOT).as_posix(): len(path.read_text(encoding="utf-8").splitlines())
        for path in own_files(".py")
        if "migrations" not in path.parts
    }
    assert {path: n for path, n in lengths.items() if n > LONGEST_MODULE} == {}


def test_every_module_says_what_it_is_for():
    silent = [
        path.relative_to(ROOT).as_posix()
        for path in own_files(".py")
        if path.name not in {"__init__.py", "apps.py", "urls.py", "asgi.py", "wsgi.py"}
        and not {"migrations", "urls"} & set(path.parts)
        and not path.read_text(encoding="utf-8").lstrip().startswith(('"""', "#!"))
    ]
    assert silent == []
