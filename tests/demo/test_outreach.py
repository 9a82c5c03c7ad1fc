"""The outreach texts and the judged queries are sound: pure checks of portal/demo/data."""

import json
import re
from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pypinyin import lazy_pinyin

from tests.demo.test_data import DIRECTIONS, STANDARDS

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "portal" / "demo" / "data"
OUTREACH = DATA / "outreach"
LISTS = ("readings", "guides", "faq", "events", "resources", "standards", "synonyms")
# reference/domain.md section b: which tasks of the guideline belong to which area.
TASKS_OF_AREA = {
    1: [1, 2],
    2: [3, 4, 5],
    3: [6, 7, 8],
    4: [9, 10],
    5: [11, 12, 13],
    6: [14, 15],
    7: [16, 17],
}
OBJECTS = {"device", "control", "network", "platform", "data"}
NOT_A_COMMON_STANDARD = (
    "GB/T 37668-2019 信息技术 互联网内容无障碍可访问性技术要求与测试方法"  # no industrial one
)
UNSETTLED = {"GB/T 44462.2", "GB/T 44462.3"}
OPTIONAL = {
    "region",
    "capacity",
    "enrol_by",
    "year",
    "target",
    "unit",
    "partners",
    "directions",
    "objects",
    "tasks",
}
GOALS_2020 = {
    "rules": 3,
    "standards": 20,
    "platform": 1,
    "resource_base": 1,
    "test_environment": 1,
    "demonstrations": 20,
    "enterprises": None,
}
# Words that a pinyin entry leaves unspoken: lesuo finds 勒索软件.
UNSPOKEN = {"lesuo": "软件", "zutai": "软件"}


def read(name: str) -> Any:
    folder = ROOT / "search" / "data" if name == "synonyms" else OUTREACH
    return json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))


def leaves(value: Any, key: str = "") -> list[tuple[str, Any]]:
    """Return every leaf of a document with the name it stands under; empty lists are leaves."""
    if isinstance(value, dict) and value:
        return [leaf for name, part in value.items() for leaf in leaves(part, name)]
    if isinstance(value, list) and value:
        return [leaf for part in value for leaf in leaves(part, key)]
    return [(key, value)]


def texts(name: str) -> str:
    return json.dumps(read(name), ensure_ascii=False)


def han(text: str) -> bool:
    return bool(re.search(r"[\u4e00-\u9fff]", text))


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def courses() -> list[Any]:
    """Return the courses, whether they stand in one file or in one file each."""
    found: list[Any] = []
    for path in sorted((DATA / "courses").glob("*.json")):
        document = json.loads(path.read_text(encoding="utf-8"))
        rows = document if isinstance(document, list) else [document]
        found += [row for row in rows if {"slug", "code", "level"} <= set(row)]
    return found


ALL = (*LISTS, "goals")


@pytest.mark.parametrize("name", ALL)
def test_nothing_is_empty(name: str):
    bare = [key for key, value in leaves(read(name)) if value in ("", None, [], {})]
    assert set(bare) <= OPTIONAL


@pytest.mark.parametrize("name", ALL)
def test_texts_are_tidy(name: str):
    strings = [value for _key, value in leaves(read(name)) if isinstance(value, str)]
    assert [text for text in strings if text != text.strip() or "  " in text] == []
    assert re.findall(r"[\u4e00-\u9fff][,;?!](?=[\u4e00-\u9fff])", texts(name)) == []
    assert "- [ ]" not in texts(name)


@pytest.mark.parametrize("name", ALL)
def test_english_is_english(name: str):
    rows = read(name)
    entries = rows if isinstance(rows, list) else [*rows["goals"], *rows["values"]]
    english = [leaf for row in entries for leaf in leaves(row.get("en", {}))]
    assert [text for _key, text in english if isinstance(text, str) and han(text)] == []


@pytest.mark.parametrize("name", ["readings", "guides", "events", "resources"])
def test_slugs_are_distinct_and_titles_short(name: str):
    rows = read(name)
    assert len({row["slug"] for row in rows}) == len(rows)
    assert [row["slug"] for row in rows if not re.fullmatch(r"[a-z0-9-]+", row["slug"])] == []
    assert [row["title"] for row in rows if len(row["title"]) > 40] == []


@pytest.mark.parametrize("name", ["readings", "guides", "events", "resources", "standards"])
def test_source_and_day_are_told(name: str):
    for row in read(name):
        assert row["source"].startswith("示例")
        assert date.fromisoformat(row["date"]).weekday() < 5


@pytest.mark.parametrize("name", ALL)
def test_addresses_are_fictional(name: str):
    found = re.findall(r"[\w.-]+@([\w.-]+)|https?://(\S+)", texts(name))
    assert {mail or link for mail, link in found} <= {"example.org"}


def test_actors_are_fictional():
    events, resources = read("events"), read("resources")
    actors = [row["host"] for row in events] + [p for row in events for p in row["partners"]]
    actors += [row["org"] for row in resources]
    assert [name for name in actors if not name.startswith("示例")] == []


def test_readings_cover_the_areas_with_their_own_tasks():
    assert {row["area"]: row["tasks"] for row in read("readings")} == TASKS_OF_AREA


def test_readings_and_guides_have_their_parts():
    for row in read("readings"):
        parts = re.findall(r"^### (.+)$", row["body"], re.M)
        assert parts == ["它要求什么", "周一先做什么", "一个月后看什么", "容易读偏的地方"]
        assert len(row["questions"]) == 3
    for row in read("guides"):
        assert re.findall(r"^### (.+)$", row["body"], re.M)[-1] == "做完的标志"
        assert len(row["checklist"]) >= 8
        assert len(set(row["checklist"])) == len(row["checklist"])


@pytest.mark.parametrize("name", ["readings", "guides", "events", "news"])
def test_steps_are_numbered_from_one(name: str):
    for row in read(name):
        for block in re.split(r"\n(?=### )", row["body"]):
            numbers = [int(found) for found in re.findall(r"^(\d+)\. ", block, re.M)]
            assert numbers == list(range(1, len(numbers) + 1)), row["slug"]


def test_only_the_guideline_and_its_goals_are_cited():
    everything = "".join(texts(name) for name in ALL)
    assert set(re.findall(r"工信部联网安〔\d{4}〕\d+号", everything)) == {
        "工信部联网安〔2019〕168号"
    }
    assert "基本建成" not in everything


def test_cited_standards_have_known_numbers():
    known = {name.split(" ")[1] for name in (*STANDARDS, NOT_A_COMMON_STANDARD)}
    cited = {
        found for name in ALL for found in re.findall(r"GB/T (\d[\d.]*(?:-\d{4})?)", texts(name))
    }
    assert cited <= known


def test_standards_are_the_known_ones_with_exact_titles():
    rows = read("standards")
    told = [f"{row['number']} {row['title']}" for row in rows]
    assert sorted(told) == sorted({*STANDARDS, NOT_A_COMMON_STANDARD})


def test_standards_and_readings_have_an_english_title_and_summary():
    for row in [*read("standards"), *read("readings")]:
        assert set(row["en"]) >= {"title", "summary"}
    for row in read("standards"):
        assert set(row["en"]) == {"title", "summary", "for_whom", "status_note"}


@pytest.mark.parametrize("name", ["guides", "events"])
def test_readers_are_named_in_english_one_for_one(name: str):
    assert [row for row in read(name) if len(row["audience"]) != len(row["en"]["audience"])] == []


def test_standards_have_the_year_of_their_number():
    for row in read("standards"):
        settled = row["number"] not in UNSETTLED
        assert row["status"] == ("现行" if settled else "待核对")
        assert row["year"] == (int(row["number"][-4:]) if settled else None)
        assert set(row["objects"]) <= OBJECTS
        assert set(row["tasks"]) <= set(range(1, 18))


def test_answers_are_distinct_in_both_languages():
    rows = read("faq")
    for asked in ([row["q"] for row in rows], [row["en"]["q"] for row in rows]):
        assert [q for q, times in Counter(asked).items() if times > 1] == []
    assert [row["q"] for row in rows if not row["q"].endswith("？")] == []
    assert [row["q"] for row in rows if not row["en"]["q"].endswith("?")] == []


def answer(question: str) -> str:
    return next(str(row["a"]) for row in read("faq") if question in row["q"])


def test_answers_follow_the_programme():
    programme = json.loads(
        (ROOT / "showcase" / "data" / "default_programme.json").read_text(encoding="utf-8")
    )["rules"]
    assert f"合计不超过{programme['projects_per_entity']}个" in answer("最多能报几个")
    assert f"期限{programme['correction_days']}个工作日" in answer("形式审查")
    assert f"一般{programme['panel_size']}人" in answer("专家是怎么选的")
    assert f"不得少于{programme['panel_min']}人" in answer("专家是怎么选的")
    assert f"合格线为{programme['pass_mark']}分" in answer("得分怎么算")
    assert f"相差{programme['spread_talk']}分及以上" in answer("差距很大")


def test_answers_follow_the_training_template():
    assert "出勤不低于80%" in answer("怎样算合格")
    assert "各不低于60分" in answer("怎样算合格")
    assert "在90天内补考一次" in answer("怎样算合格")
    assert "有效、已过期、已暂停、已撤销、已换发五种状态" in answer("怎样查验")


def test_events_run_in_order():
    for row in read("events"):
        start, end = moment(row["start"]), moment(row["end"])
        assert start.utcoffset() == end.utcoffset() == timedelta(hours=8)
        assert start < end <= start + timedelta(days=2)
        assert row["slug"].endswith(start.strftime("%Y-%m"))
        last = moment(row["enrol_by"]) if row["enrol_by"] else start
        assert date.fromisoformat(row["date"]) < last.date() <= start.date()
        assert row["date"] in row["start"] or last.weekday() < 5


def test_reports_follow_their_events():
    days = {row["slug"]: row["date"] for row in read("news")}
    ends = {row["slug"]: row["end"][:10] for row in read("events")}
    assert days["briefing-2025-09-recap"] > ends["online-briefing-2025-09"]
    assert days["matchmaking-2026-03-recap"] > ends["matchmaking-2026-03"]


def test_events_have_a_place_or_a_line():
    terms = json.loads((ROOT / "portal/core/data/taxonomies.json").read_text(encoding="utf-8"))
    regions = {code for code, _zh, _en in terms["regions"]["terms"]}
    for row in read("events"):
        assert (row["region"] is None) == (row["mode"] == "线上")
        assert row["region"] is None or row["region"] in regions
        assert set(row["related"]["tasks"]) <= set(range(1, 18))
        assert set(row["related"]["directions"]) <= set(DIRECTIONS)
    assert {row["region"] for row in read("resources")} <= regions


def test_a_place_lies_in_one_region():
    bases = {row["title"]: row["region"] for row in read("resources")}
    bases |= {row["org"]: row["region"] for row in read("resources")}
    for row in read("events"):
        home = next((bases[name] for name in bases if row["venue"].startswith(name)), None)
        assert home in (None, row["region"]), row["slug"]
    companies = {}
    for path in (DATA / "dossiers").glob("*.json"):
        org = json.loads(path.read_text(encoding="utf-8"))["org"]
        companies[org["name"]] = org["region"]
    for row in read("events"):
        assert companies.get(row["host"], row["region"]) == row["region"], row["slug"]


def test_tasks_of_plants_and_teams_fill_the_places():
    tabletop = next(row for row in read("events") if row["slug"].startswith("tabletop"))
    contest = next(row for row in read("events") if row["slug"].startswith("skills-contest"))
    assert tabletop["capacity"] == 6 * 6
    assert contest["capacity"] % 4 == 0


def test_courses_and_cases_named_exist():
    codes = {row["code"]: row["title"] for row in courses()}
    named = re.findall(r"“([^”]+)”（(AF-L\d-\d+)）", "".join(texts(name) for name in ALL))
    assert named
    assert {(codes.get(code), title) for title, code in named} == {
        (title, title) for title, _code in named
    }
    everything = "".join(texts(name) for name in ALL)
    assert set(re.findall(r"AF-L\d-\d+", everything)) <= set(codes)
    titles = {
        json.loads(path.read_text(encoding="utf-8"))["project"]["title"]
        for path in (DATA / "dossiers").glob("*.json")
    }
    cases = re.findall(r"“解决方案”栏目“([^”]+)”", everything)
    assert cases
    assert set(cases) <= titles


def test_guides_named_exist():
    titles = [row["title"] for row in read("guides")]
    named = re.findall(r"操作指南“([^”]+)”", "".join(texts(name) for name in ALL))
    assert [name for name in named if not any(title.startswith(name) for title in titles)] == []


def test_resources_are_of_three_kinds_and_can_be_booked():
    rows = read("resources")
    assert Counter(row["kind"] for row in rows) == {
        "test_environment": 3,
        "training_base": 3,
        "assessment_body": 3,
    }
    for row in rows:
        assert set(row["booking"]) == {"how", "lead_days", "hours", "fee", "contact"}
        assert row["booking"]["lead_days"] > 0
        assert set(row["objects"]) <= OBJECTS


def sets_of(kind: str) -> list[list[str]]:
    return [row["terms"] for row in read("synonyms") if row["kind"] == kind]


def test_synonyms_are_enough_and_of_two_kinds():
    assert {row["kind"] for row in read("synonyms")} == {"equivalent", "oneway"}
    assert len(sets_of("equivalent")) >= 90
    assert [row["terms"] for row in read("synonyms") if len(row["terms"]) < 2] == []


def test_a_term_stands_in_one_equivalent_set():
    terms = Counter(term.casefold() for terms in sets_of("equivalent") for term in terms)
    assert [term for term, times in terms.items() if times > 1] == []


def test_a_term_heads_one_oneway_set_and_is_not_its_own_member():
    heads = Counter(terms[0].casefold() for terms in sets_of("oneway"))
    assert [term for term, times in heads.items() if times > 1] == []
    for terms in sets_of("oneway"):
        assert len({term.casefold() for term in terms}) == len(terms)


def test_oneway_sets_neither_repeat_nor_turn_back():
    pairs = {(terms[0], other) for terms in sets_of("oneway") for other in terms[1:]}
    assert [pair for pair in pairs if pair[::-1] in pairs] == []
    together = [set(terms) for terms in sets_of("equivalent")]
    assert [pair for pair in pairs if any(set(pair) <= terms for terms in together)] == []


def test_pinyin_entries_spell_their_word():
    spelt = [terms for terms in sets_of("oneway") if re.fullmatch(r"[a-z]{5,}", terms[0])]
    assert len(spelt) == 15
    for head, word in spelt:
        spoken = word.removesuffix(UNSPOKEN.get(head, ""))
        assert "".join(lazy_pinyin(spoken)) == head


def test_goals_are_those_of_the_guideline():
    goals = {row["key"]: row for row in read("goals")["goals"]}
    ends = {row["due"]: row for row in goals.values()}
    assert {key: goals[key]["target"] for key in GOALS_2020} == GOALS_2020
    assert {goals[key]["due"] for key in GOALS_2020} == {"2020-12-31"}
    assert ends["2025-12-31"]["key"] == "assurance_system"
    assert ends["2025-12-31"]["target"] is None
    assert len(goals) == len(GOALS_2020) + 1


def test_values_are_examples_that_rise_with_time():
    data = read("goals")
    keys = {row["key"] for row in data["goals"]}
    assert {row["example"] for row in data["values"]} == {True}
    for key in {row["goal"] for row in data["values"]}:
        assert key in keys
        rows = [row for row in data["values"] if row["goal"] == key]
        assert [row["date"] for row in rows] == sorted({row["date"] for row in rows})
        assert [row["value"] for row in rows] == sorted(row["value"] for row in rows)


def test_values_agree_with_their_notes():
    rows = {(row["goal"], row["date"]): row for row in read("goals")["values"]}
    series = [row["value"] for (goal, _day), row in rows.items() if goal == "demonstrations"]
    assert series == [9, 9, 9 + 8]
    assert rows["standards", "2025-09-05"]["value"] - rows["standards", "2025-06-05"]["value"] == 2
    reached = [
        day for (goal, day), row in rows.items() if goal == "standards" and row["value"] == 20
    ]
    assert reached == ["2025-11-05"]
