"""Every refusal says why: in words, in both languages, with who can do it and what to do next."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext, ngettext, override

from portal.accounts.enums import Role
from portal.core.denials import REASONS_OF, Denied, Ground, ground_of
from tests.factories.accounts import make_member, make_organisation, make_secretariat
from tests.test_architecture import ROOT, own_files

TRANSLATING = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy"}
# Where the reason is put together from parts that are translated where they are made.
MADE_OF_PARTS = {
    "plan.refusal",
    "reason",
    "reason_of(blocker)",
    "BLUEPRINT_FAULTS[fault]",
    "' '.join(map(shortage_in_words, shortages))",
    "' '.join((str(fault) for fault in faults))",
    "FAULTS[fault]",
    "fault",
    "reasons[0]",
    "HELD % {'name': stored.name}",
    "LOCKED % {'name': stored.name}",
}


def denials() -> Iterator[tuple[Path, ast.Call]]:
    """Every place that raises Denied, in the product's own code."""
    for path in own_files(".py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Denied":
                yield path, node


def place(path: Path, node: ast.Call) -> str:
    return f"{path.relative_to(ROOT).as_posix()}:{node.lineno}"


def texts_of(reason: ast.expr) -> list[tuple[str, ...]] | None:
    """The source texts of a reason: calls of gettext in it, with singular and plural together."""
    found = []
    for node in ast.walk(reason):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in TRANSLATING:
            words = [one.value for one in node.args if isinstance(one, ast.Constant)]
            found.append(tuple(word for word in words if isinstance(word, str)))
    return found or None


def code_of(node: ast.Call) -> str:
    given = [one.value for one in node.keywords if one.arg == "code"] or node.args[1:2]
    if not given:
        return ""
    code = given[0]
    return code.value if isinstance(code, ast.Constant) else ast.unparse(code)


def chinese_of(words: tuple[str, ...]) -> str:
    with override("zh-hans"):
        return ngettext(words[0], words[1], 2) if len(words) > 1 else gettext(words[0])


def test_every_refusal_has_a_reason_in_both_languages():
    wrong = []
    for path, node in denials():
        reason = node.args[0]
        texts = texts_of(reason)
        if texts is None and ast.unparse(reason) not in MADE_OF_PARTS:
            wrong.append(f"{place(path, node)}: {ast.unparse(reason)[:60]}")
        for words in texts or []:
            # What only joins names (", ") is no reason and may be the same in both.
            if words and len(words[0]) > 3 and chinese_of(words) in {"", *words}:
                wrong.append(f"{place(path, node)}: no Chinese for {words[0][:60]!r}")
    assert wrong == []


def test_every_refusal_has_a_code_whose_ground_is_told():
    codes = {code_of(node): place(path, node) for path, node in denials()}
    assert [at for code, at in codes.items() if not code] == []
    known = {word for words in REASONS_OF.values() for word in words}
    used = {code.rpartition(".")[2] for code in codes}
    assert known - used == set(), "a kind of reason that no refusal has any more"
    assert sum(len(words) for words in REASONS_OF.values()) == len(known)


@pytest.mark.parametrize("ground", Ground)
def test_grounds_say_who_and_what_next_in_both_languages(ground):
    for text in (ground.who, ground.next):
        with override("en"):
            english = str(text)
        with override("zh-hans"):
            assert str(text) not in {"", english}


@pytest.mark.parametrize(
    ("code", "ground"),
    [
        ("check.role", Ground.ROLE),
        ("recommendation.party", Ground.APART),
        ("notice.second_person", Ground.APART),
        ("objection.answer", Ground.CONTENT),
        ("applying.late", Ground.STATE),
        ("denied", Ground.STATE),
    ],
)
def test_code_tells_the_ground(code, ground):
    assert ground_of(code) == ground
    assert Denied("weil", code=code).ground == ground


def test_rules_that_refuse_stand_in_the_book_of_rules():
    """docs/rules.md is made of the docstrings; a check of the rules room without one is silent."""
    silent = []
    for path in own_files(".py"):
        if "rules" not in path.parts:
            continue
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("check_can_"):
                text = ast.get_docstring(node) or ""
                if "Rule: " not in text:
                    silent.append(f"{path.relative_to(ROOT).as_posix()}::{node.name}")
    assert silent == []


@pytest.mark.django_db
def test_refusal_page_says_why_who_and_what_next():
    client = Client()
    client.force_login(make_member(Role.EXPERT, make_organisation(kind="secretariat")))
    page = client.get(reverse("cms_login"))
    text = page.content.decode()
    shown = [str(page.context[name]) in text for name in ("reason", "who", "next_step")]
    assert (page.status_code, shown, reverse("workspace") in text) == (403, [True] * 3, True)


@pytest.mark.django_db
def test_refused_step_of_a_round_gives_the_reason_on_its_page():
    from showcase.lifecycle import RoundState
    from tests.factories.showcase import make_round

    round = make_round(RoundState.APPLYING)
    client = Client()
    client.force_login(make_secretariat())
    page = client.post(reverse("office_advance", args=[round.code]), {"verb": "close_applications"})
    assert page.status_code in {200, 409, 422}
    assert str(page.context["refusal"]) in page.content.decode()
