"""English and Chinese are both complete: every text of the interface, in every package."""

from collections import defaultdict

import pytest

from portal.core.catalogs import (
    PO,
    ROOT,
    catalogue_folders,
    compile_catalogue,
    has_same_placeholders,
    is_translated,
    key_of,
    merge_messages,
    messages_of,
    read_catalogue,
    template_of,
    translations_of,
    write_catalogue,
)

FOLDERS = catalogue_folders()


def name_of(folder):
    return folder.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("folder", FOLDERS, ids=name_of)
def test_every_message_has_a_chinese_translation(folder):
    used = messages_of(template_of(folder))
    done = messages_of(read_catalogue(folder / PO))
    missing = [key for key in used if key not in done or not is_translated(done[key])]
    assert sorted(missing) == []


@pytest.mark.parametrize("folder", FOLDERS, ids=name_of)
def test_translations_keep_the_placeholders(folder):
    done = messages_of(read_catalogue(folder / PO))
    finished = {key: message for key, message in done.items() if is_translated(message)}
    wrong = [key for key, message in finished.items() if not has_same_placeholders(message)]
    assert sorted(wrong) == []


def test_one_text_has_one_translation():
    """Django merges all catalogues: two answers for one text would depend on their order."""
    answers = defaultdict(set)
    for folder in FOLDERS:
        for message in read_catalogue(folder / PO):
            if message.id and is_translated(message):
                answers[key_of(message)].add(tuple(translations_of(message)))
    assert {key: texts for key, texts in answers.items() if len(texts) > 1} == {}


def test_merging_keeps_translations_and_reports_what_is_unused(tmp_path, monkeypatch):
    monkeypatch.setattr("portal.core.catalogs.ROOT", tmp_path)
    monkeypatch.setattr("portal.core.catalogs.PACKAGES", ("one",))
    folder = tmp_path / "one"
    (folder / "templates").mkdir(parents=True)
    (folder / "a.py").write_text('_("Kept")\nngettext("%(n)s row", "%(n)s rows", n)\n')
    page = (
        "{% load i18n %}<p>\n    {% blocktranslate trimmed %}\n      Hello {{ who }}\n"
        "  {% endblocktranslate %}</p>"
    )
    (folder / "templates" / "a.html").write_text(page)
    merge_messages(folder, {})
    catalogue = read_catalogue(folder / PO)
    assert set(messages_of(catalogue)) == {("", "Kept"), ("", "%(n)s row"), ("", "Hello %(who)s")}

    catalogue.get("Kept").string = "保留"
    write_catalogue(folder / PO, catalogue)
    (folder / "a.py").write_text('_("Kept")\n_("New")\n')
    report = merge_messages(folder, {})
    assert (report.added, report.retired, report.untranslated) == (["New"], ["%(n)s row"], 2)
    assert read_catalogue(folder / PO).get("Kept").string == "保留"


def test_compiling_twice_does_nothing_the_second_time(tmp_path):
    path = tmp_path / "django.po"
    path.write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "a"\nmsgstr "甲"\n'
    )
    assert (compile_catalogue(path), compile_catalogue(path)) == (True, False)
    assert path.with_suffix(".mo").read_bytes().count("甲".encode()) == 1
