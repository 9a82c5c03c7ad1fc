"""The demo's courses are sound before any service sees them: pure checks of data/courses."""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from string import ascii_uppercase
from typing import Any

import pytest
from stdnum.cn import uscc as stdnum_uscc

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "portal" / "demo" / "data"
SLUGS = ("awareness-l0", "control-l1", "data-l2")


def read(name: str) -> Any:
    return json.loads((DATA / "courses" / f"{name}.json").read_text(encoding="utf-8"))


COURSES = {slug: read(slug) for slug in SLUGS}
SKILLS = {row["code"]: row for row in read("skills")}
CATALOGUE = {row["slug"]: row for row in read("courses")}

# reference/domain.md Part 2: hours in all, share of practice in per cent, prerequisite.
LEVELS = {"L0": (4, 0), "L1": (32, 30), "L2": (64, 40)}
CATEGORIES = {
    "政策法规与标准",
    "安全管理与风险评估",
    "工控与设备安全",
    "网络与标识解析安全",
    "平台与APP安全",
    "数据安全",
    "密码应用",
    "监测与应急处置",
    "攻防实训",
    "意识普及",
}
OBJECTS = {"device", "control", "network", "platform", "data"}
DUTIES = {"content", "teaching", "site", "examining", "issuing"}
STANDARDS = {
    "GB/T 22239-2019": "信息安全技术 网络安全等级保护基本要求",
    "GB/T 43697-2024": "数据安全技术 数据分类分级规则",
    "GB/T 45577-2025": "数据安全技术 数据安全风险评估方法",
}
COUNTS = {"awareness-l0": (4, 16, 0), "control-l1": (9, 40, 2), "data-l2": (8, 40, 2)}
TYPES = {
    "single",
    "multiple",
    "truefalse",
    "numeric",
    "matching",
    "ordering",
    "short",
    "essay",
    "case",
}
KEYS = {"id", "type", "skill", "difficulty", "stem", "options", "answer", "explanation"}
OWN_KEYS = {
    "numeric": {"tolerance", "unit"},
    "essay": {"rubric"},
    "case": {"parts"},
    "single": {"keep_order"},
}
OPTIONAL = {"keep_order"}
# Each answer, worked out from the numbers of its stem once more.
NUMBERS = {
    "B-10": 0x90 - 0x80,
    "B-11": -(-300 // 125),
    "B-16": (120 - 5 + 9) - 106,
    "C-06": (75 - 6) / 75 * 100,
    "C-13": 800 * 500 * 86400 * 180 / 10 / 1e12,
    "C-19": min(3 + 4, 7, 9, 6),
    "C-36d": (270 - 200) / 200 * 100,
}
LIMITS = {"title": 40, "summary": 300, "prerequisites": 200, "outline": 3000}


def questions(course: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield every question and every part of a case."""
    for question in course["questions"]:
        yield question
        yield from question.get("parts", [])


def choices(course: dict[str, Any]) -> Iterator[tuple[str, list[str], int]]:
    """Yield name, options and the place of the key of every choice of one, self checks too."""
    for question in questions(course):
        if question["type"] == "single":
            yield question["id"], question["options"], place(question["answer"])
    for unit in course["units"]:
        for check in unit["self_check"]:
            yield unit["slug"], check["options"], place(check["answer"])


def place(letter: str) -> int:
    assert len(letter) == 1
    return ascii_uppercase.index(letter)


def letters(count: int) -> set[str]:
    return set(ascii_uppercase[:count])


def texts(value: Any) -> Iterator[str]:
    """Yield every text inside a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from texts(item)
    elif isinstance(value, dict):
        yield from texts(list(value.values()))


def named_codes(value: Any) -> Iterator[tuple[str, str]]:
    """Yield (credit code, name) wherever an organisation is named with its code."""
    if isinstance(value, list):
        for item in value:
            yield from named_codes(item)
    elif isinstance(value, dict):
        if "uscc" in value and "name" in value:
            yield value["uscc"], value["name"]
        yield from named_codes(list(value.values()))


def top(rubric: list[dict[str, Any]]) -> int:
    return sum(criterion["levels"][0]["points"] for criterion in rubric)


@pytest.fixture(params=SLUGS)
def course(request: pytest.FixtureRequest) -> dict[str, Any]:
    return COURSES[request.param]


def test_course_has_the_known_amount_of_everything():
    assert {
        slug: (len(row["units"]), len(row["questions"]), len(row["practice"]))
        for slug, row in COURSES.items()
    } == COUNTS


def test_course_is_told_alike_in_the_catalogue(course):
    entry = CATALOGUE[course["slug"]]
    assert [entry[key] for key in ("code", "level", "hours", "title", "abstract", "outcomes")] == [
        course[key] for key in ("code", "level", "hours", "title", "summary", "outcomes")
    ]
    assert entry["en"]["title"] == course["en"]["title"]
    assert len(entry["en"]["outcomes"]) == len(course["en"]["outcomes"])
    assert entry["providers"] == list(dict.fromkeys(p["name"] for p in course["providers"]))


def test_catalogue_has_these_courses_only():
    assert set(CATALOGUE) == set(SLUGS)
    assert {slug: row["slug"] for slug, row in COURSES.items()} == {slug: slug for slug in SLUGS}


def test_course_keeps_length_limits(course):
    assert {
        k: len(course[k]) for k, limit in LIMITS.items() if not 0 < len(course[k]) <= limit
    } == {}
    assert [t for t in course["outcomes"] if not 5 <= len(t) <= 60] == []
    assert [u["slug"] for u in course["units"] if not 800 <= len(u["body"]) <= 3000] == []
    assert [u["slug"] for u in course["units"] if len(u["title"]) > 40] == []
    assert [
        q["id"]
        for q in questions(course)
        if not 10 <= len(q["stem"]) <= (500 if q["type"] == "case" else 200)
        or not 10 <= len(q["explanation"]) <= 200
        or any(len(option) > 80 for option in texts(q["options"]))
    ] == []


def test_course_has_both_languages(course):
    english = course["en"]
    assert set(english) == {"title", "summary", "outcomes", "prerequisites", "outline"}
    assert len(english["outcomes"]) == len(course["outcomes"])
    named = [*course["units"], *course["practice"]]
    english_texts = [english, [row["title_en"] for row in named]]
    english_texts.append([row["name_en"] for row in [*course["providers"], *SKILLS.values()]])
    assert [
        t for t in texts(english_texts) if not t.strip() or re.search("[\u4e00-\u9fff]", t)
    ] == []
    assert len({row["title_en"] for row in named}) == len(named)


def test_course_is_of_the_level_table(course):
    theory, practice = course["hours"]["theory"], course["hours"]["practice"]
    total, share = LEVELS[course["level"]]
    assert theory + practice == total
    assert share <= practice / total * 100 <= share + 2
    assert re.fullmatch(rf"AF-{course['level']}-\d{{3}}", course["code"])


def test_course_hours_are_the_sum_of_its_units(course):
    units, practice = course["units"], course["hours"]["practice"]
    assert sum(unit["hours"] for unit in units) == sum(course["hours"].values())
    assert sum(unit["practice_hours"] for unit in units) == practice
    assert sum(task["hours"] for task in course["practice"]) == practice
    assert [u["slug"] for u in units if not 0 <= u["practice_hours"] < u["hours"]] == []


def test_course_outline_tells_the_hours_of_its_units(course):
    lines = re.findall(
        r"^\d+\. .+?（(\d+)学时(?:，实践([\d.]+))?）", course["outline"], re.MULTILINE
    )
    assert [(float(hours), float(practice or 0)) for hours, practice in lines] == [
        (unit["hours"], unit["practice_hours"]) for unit in course["units"]
    ]
    told = re.search(r"^实践任务.*$", course["outline"], re.MULTILINE)
    hours = re.findall(r"(\d+)学时[；）]", told[0]) if told else []
    assert [int(h) for h in hours] == [task["hours"] for task in course["practice"]]


def test_course_is_of_the_taxonomies(course):
    assert course["category"] in CATEGORIES
    assert set(course["objects"]) <= OBJECTS
    assert course["objects"]
    assert {row["area"] for row in SKILLS.values()} <= CATEGORIES


def test_course_providers_hold_every_duty_once(course):
    duties = {p["duty"]: p["uscc"] for p in course["providers"]}
    assert len(duties) == len(course["providers"])
    assert set(duties) == (DUTIES if course["certificate"]["issued"] else DUTIES - {"issuing"})
    assert duties["teaching"] != duties["examining"]


def test_course_providers_are_plainly_fictional(course):
    rows = course["providers"]
    assert [p for p in rows if not p["name"].startswith("示例")] == []
    assert [p for p in rows if not p["name_en"].startswith("Demo ")] == []
    assert [p for p in rows if not stdnum_uscc.is_valid(p["uscc"])] == []
    assert [p for p in rows if not re.fullmatch(r"(12|91)990000\w{10}", p["uscc"])] == []


def test_organisations_have_one_name_per_code_and_one_code_per_name_in_all_demo_data():
    names, codes = defaultdict(set), defaultdict(set)
    for path in sorted(DATA.rglob("*.json")):
        for code, name in named_codes(json.loads(path.read_text(encoding="utf-8"))):
            names[code].add(name)
            codes[name].add(code)
    assert {code: found for code, found in names.items() if len(found) > 1} == {}
    assert {name: found for name, found in codes.items() if len(found) > 1} == {}


def test_course_names_no_organisation_that_is_not_an_example(course):
    pattern = re.compile(r"[\u4e00-\u9fff]{2,}(?:有限公司|股份公司|研究院|大学)")
    found = [match for text in texts(course) for match in pattern.findall(text)]
    assert [name for name in found if "示例" not in name] == []


def test_course_claims_no_state_certificate(course):
    claims = ("职业资格", "技能等级证书", "国家认证", "国徽", "上岗证")
    assert [text for text in texts(course) if any(claim in text for claim in claims)] == []


def test_course_passes_by_the_programme_rule(course):
    certificate, blueprint = course["certificate"], course["blueprint"]
    assert blueprint["pass"] == 60
    assert "90天内可重考一次" in course["outline"]
    if course["level"] == "L0":
        assert (certificate["issued"], certificate["validity_years"]) == (False, 0)
        assert (certificate["theory_weight"], certificate["practice_weight"]) == (100, 0)
        assert "不颁发证书" in course["outline"]
    else:
        assert (certificate["issued"], certificate["validity_years"]) == (True, 3)
        assert (certificate["theory_weight"], certificate["practice_weight"]) == (60, 40)
        wording = ("理论60%、实践40%", "两部分各须达到60分", "出勤不低于80%", "有效期3年")
        assert [words for words in wording if words not in course["outline"]] == []


def test_course_names_standards_by_their_exact_titles(course):
    whole = "\n".join(texts(course))
    cited = set(re.findall(r"GB/?T? ?\d[\d.]*(?:[-—–]\d+)?", whole))
    assert cited <= set(STANDARDS)
    assert {n for n in cited if f"{n} {STANDARDS[n]}" not in whole} == set()
    # A title follows its number after a space; anything else after a space is a wrong title.
    wrong = [
        match
        for number, title in STANDARDS.items()
        for match in re.findall(rf"{re.escape(number)} (?!{re.escape(title)})\S{{4,}}", whole)
    ]
    assert wrong == []


def test_skills_are_unique_and_described():
    assert len(SKILLS) == 20
    assert len(read("skills")) == len(SKILLS)
    assert len({row["name"] for row in SKILLS.values()}) == len(SKILLS)
    assert [c for c, r in SKILLS.items() if not 20 <= len(r["description"]) <= 120] == []
    assert [c for c, row in SKILLS.items() if not re.fullmatch(r"[A-Z]{2}-\d{2}", c)] == []


def test_course_skills_exist_and_are_taught_and_asked(course):
    told = {row["code"]: row["name"] for row in course["skills"]}
    assert told == {code: SKILLS[code]["name"] for code in told}
    assert {code for unit in course["units"] for code in unit["skills"]} == set(told)
    assert {question["skill"] for question in course["questions"]} == set(told)


def test_skills_are_all_used():
    used = {row["code"] for course in COURSES.values() for row in course["skills"]}
    assert used == set(SKILLS)


def test_units_and_questions_have_unique_names():
    units = Counter(unit["slug"] for course in COURSES.values() for unit in course["units"])
    asked = Counter(q["id"] for course in COURSES.values() for q in questions(course))
    stems = Counter(q["stem"] for course in COURSES.values() for q in questions(course))
    assert [name for found in (units, asked, stems) for name, n in found.items() if n > 1] == []


def test_unit_body_is_markdown_with_even_tables(course):
    wrong = []
    for unit in course["units"]:
        lines = unit["body"].split("\n")
        wrong += [line for line in lines if re.match(r"#", line) and not line.startswith("### ")]
        rows = [line for line in lines if line.startswith("|")]
        # Emphasis would show its stars: the page takes a cell as plain text.
        wrong += [
            line for line in rows if not line.endswith("|") or re.search(r"(?<!\*)\*\*(?!\*)", line)
        ]
        # Cells are counted per table: a table is a run of lines that begin with a bar.
        for table in re.findall(r"(?:^\|.*\n?)+", unit["body"], re.MULTILINE):
            if len({line.count("|") for line in table.strip().split("\n")}) > 1:
                wrong.append(table)
        if unit["body"].count("```") % 2 or unit["body"].count("**") % 2:
            wrong.append(unit["slug"])
    assert wrong == []


def test_unit_has_self_checks_of_four_options(course):
    wrong = [
        unit["slug"]
        for unit in course["units"]
        if not unit["self_check"]
        or any(
            len(set(check["options"])) != 4
            or check["answer"] not in letters(4)
            or not 10 <= len(check["feedback"]) <= 200
            for check in unit["self_check"]
        )
    ]
    assert wrong == []


def test_question_has_the_fields_of_its_type(course):
    for question in course["questions"]:
        own = OWN_KEYS.get(question["type"], set())
        assert set(question) - OPTIONAL == (KEYS | own) - OPTIONAL, question["id"]
        assert set(question) <= KEYS | own, question["id"]
        assert question["type"] in TYPES, question["id"]
        assert question["difficulty"] in {1, 2, 3, 4, 5}, question["id"]
    prefix = {"awareness-l0": "A", "control-l1": "B", "data-l2": "C"}[course["slug"]]
    assert [q["id"] for q in course["questions"]] == [
        f"{prefix}-{n:02}" for n in range(1, len(course["questions"]) + 1)
    ]


def test_choice_keys_are_among_distinct_options(course):
    for question in questions(course):
        options, answer = question["options"], question["answer"]
        if question["type"] == "truefalse":
            assert options == ["正确", "错误"], question["id"]
        if question["type"] in {"single", "truefalse"}:
            assert answer in letters(len(options)), question["id"]
        if question["type"] == "single":
            assert len(set(options)) == 4, question["id"]
        if question["type"] == "multiple":
            assert len(set(options)) == len(options) == 5, question["id"]
            assert answer == sorted(set(answer)), question["id"]
            assert set(answer) < letters(5), question["id"]
            assert len(answer) >= 2, question["id"]


def test_ordering_keys_use_every_option_once_and_not_as_shown(course):
    for question in questions(course):
        if question["type"] == "ordering":
            options, answer = question["options"], question["answer"]
            assert len(set(options)) == len(options), question["id"]
            assert sorted(answer) == sorted(letters(len(options))), question["id"]
            assert answer != sorted(answer), question["id"]


def test_matching_keys_name_one_right_side_for_each_left(course):
    for question in questions(course):
        if question["type"] == "matching":
            left, right = question["options"]["left"], question["options"]["right"]
            answer = question["answer"]
            assert len(set(left)) == len(left) == len(answer), question["id"]
            assert len(set(right)) == len(right), question["id"]
            assert len(right) - len(left) in {0, 1}, question["id"]
            assert set(answer) <= letters(len(right)), question["id"]
            assert len(set(answer)) == len(answer), question["id"]


def test_numeric_answers_follow_from_their_stems():
    found = {
        q["id"]: q
        for course in COURSES.values()
        for q in questions(course)
        if q["type"] == "numeric"
    }
    assert set(found) == set(NUMBERS)
    assert {
        name: q["answer"]
        for name, q in found.items()
        if abs(q["answer"] - NUMBERS[name]) > q["tolerance"]
    } == {}
    assert [n for n, q in found.items() if q["options"] != [] or q["tolerance"] < 0] == []


def test_unit_examples_add_up():
    bodies = {unit["slug"]: unit["body"] for c in COURSES.values() for unit in c["units"]}
    day = 200 * 300 * 86400
    told = {
        "asset-inventory": [f"86－3＋7＝{86 - 3 + 7}", f"90－11＝{90 - 11}"],
        "monitoring-and-audit": [
            f"约{day / 1e9:.1f} GB",
            f"约{day * 180 / 1e9:.0f} GB",
            f"约{day * 180 / 8 / 1e9:.0f} GB",
        ],
        "response-and-recovery": [f"最多丢{13 - 2}小时"],
        "data-inventory": [f"合计{1210 + 22 + 1 + 40 + 727:,} GB"],
        "classification": [f"46÷50＝{46 / 50:.0%}"],
        "grading": [f"变化{(1060 - 800) / 800:.1%}"],
        "monitor-and-assess": [
            f"约{180 * 40:,}行",
            f"12×180＝{12 * 180:,}行",
            f"{1200 * 500 * 86400 / 1e9:.2f} GB",
            f"约{1200 * 500 * 86400 * 180 / 1e12:.2f} TB",
            f"约{1200 * 500 * 86400 * 180 / 8 / 1e12:.2f} TB",
        ],
    }
    missing = [(s, words) for s, all_ in told.items() for words in all_ if words not in bodies[s]]
    assert missing == []


def test_responsibility_table_has_one_accountable_in_each_row():
    body = COURSES["data-l2"]["units"][0]["body"]
    rows = re.findall(r"^\| \S+ ((?:\| [RACI] ){4})\|$", body, re.MULTILINE)
    assert [row.count("A") for row in rows] == [1] * 5
    assert [row for row in rows if "R" not in row] == []


def test_short_answers_are_distinct_and_not_in_the_stem(course):
    for question in questions(course):
        if question["type"] == "short":
            answers = [text.casefold() for text in question["answer"]]
            assert len(set(answers)) == len(answers) > 0, question["id"]
            assert [a for a in answers if a in question["stem"].casefold()] == [], question["id"]
            assert [a for a in answers if a != a.strip()] == [], question["id"]


def test_case_parts_sum_to_20_points(course):
    for question in course["questions"]:
        if question["type"] == "case":
            parts = question["parts"]
            assert (question["options"], question["answer"]) == ([], None)
            assert sum(part["points"] for part in parts) == 20, question["id"]
            assert [p["id"] for p in parts] == [
                question["id"] + letter for letter in "abcdefgh"[: len(parts)]
            ]
            assert {p["type"] for p in parts} <= TYPES - {"case", "essay"}
            for part in parts:
                own = OWN_KEYS.get(part["type"], set()) - OPTIONAL
                wanted = (KEYS - {"skill", "difficulty"}) | {"points"} | own
                assert set(part) == wanted, part["id"]


def test_rubrics_fall_to_zero_and_sum(course):
    essays = [q for q in course["questions"] if q["type"] == "essay"]
    assert {q["id"]: top(q["rubric"]) for q in essays} == {q["id"]: 20 for q in essays}
    assert [q["id"] for q in essays if not 100 <= len(q["answer"]) <= 800] == []
    tasks = course["practice"]
    assert {t["title"]: top(t["rubric"]) for t in tasks} == {t["title"]: 100 for t in tasks}
    for row in [*essays, *tasks]:
        assert len({c["criterion"] for c in row["rubric"]}) == len(row["rubric"])
        for criterion in row["rubric"]:
            points = [level["points"] for level in criterion["levels"]]
            assert points == sorted(set(points), reverse=True), criterion["criterion"]
            assert points[-1] == 0, criterion["criterion"]
            assert len({level["descriptor"] for level in criterion["levels"]}) == len(points)


def test_practice_says_what_is_given_and_handed_in(course):
    keys = {"title", "title_en", "hours", "brief", "environment", "evidence", "rubric"}
    assert [t["title"] for t in course["practice"] if set(t) != keys] == []
    assert [t["title"] for t in course["practice"] if not t["evidence"].startswith("①")] == []
    safe = ("不连接任何生产系统", "不含真实企业数据", "合成数据", "均为合成")
    assert [
        t["title"] for t in course["practice"] if not any(s in t["environment"] for s in safe)
    ] == []


def test_blueprint_can_be_filled_from_the_bank(course):
    sections = course["blueprint"]["sections"]
    taken: set[str] = set()
    for section in sections:
        source = section["from"]
        lowest, highest = source["difficulty"]
        pool = {
            q["id"]
            for q in course["questions"]
            if q["type"] in source["types"]
            and lowest <= q["difficulty"] <= highest
            and (not source["skills"] or q["skill"] in source["skills"])
        }
        # Sections share no question, so each can be drawn by itself; one spare keeps draws apart.
        assert pool & taken == set(), section["name"]
        assert len(pool) > section["pick"] > 0, section["name"]
        assert section["points"] * 2 % section["pick"] == 0, section["name"]
        taken |= pool
    assert taken == {q["id"] for q in course["questions"]}
    assert sum(section["points"] for section in sections) == 100
    assert 15 <= course["blueprint"]["minutes"] <= 180


def test_blueprint_gives_cases_and_essays_their_own_points():
    for section in COURSES["data-l2"]["blueprint"]["sections"]:
        if set(section["from"]["types"]) & {"case", "essay"}:
            assert section["points"] / section["pick"] == 20


def test_outline_tells_the_number_of_questions_drawn():
    course = COURSES["awareness-l0"]
    drawn = sum(section["pick"] for section in course["blueprint"]["sections"])
    assert f"随机抽题{drawn}道" in course["outline"]


def test_explanations_name_no_option_by_its_letter(course):
    spoken = [q["explanation"] for q in questions(course)]
    spoken += [check["feedback"] for unit in course["units"] for check in unit["self_check"]]
    assert [t for t in spoken if re.search(r"(?<![A-Za-z0-9])[A-E](?![A-Za-z0-9])", t)] == []


def test_key_does_not_stand_out_by_its_length(course):
    wrong = []
    for name, options, key in choices(course):
        others = [len(option) for n, option in enumerate(options) if n != key]
        if len(options[key]) > 1.3 * max(others):
            wrong.append((name, options[key]))
    assert wrong == []


def test_keys_are_spread_over_the_letters(course):
    found = Counter(key for _name, _options, key in choices(course))
    assert set(found) == {0, 1, 2, 3}
    assert max(found.values()) <= 0.4 * sum(found.values())


def test_ladders_keep_their_order():
    kept = {q["id"] for c in COURSES.values() for q in questions(c) if q.get("keep_order")}
    assert kept == {"B-05", "B-08", "C-31"}


@pytest.mark.parametrize("course", COURSES.values(), ids=COURSES)
def test_modules_hold_every_unit_once_in_its_order(course):
    held = [slug for module in course["modules"] for slug in module["units"]]
    assert held == [unit["slug"] for unit in course["units"]]
    assert all(module["title"] and module["title_en"] for module in course["modules"])


@pytest.mark.parametrize("course", COURSES.values(), ids=COURSES)
def test_teachers_are_invented_and_named_in_both_languages(course):
    assert course["teachers"]
    for teacher in course["teachers"]:
        assert teacher["name"].endswith("示例")
        assert all(teacher[key] for key in ("name_en", "title", "title_en"))
