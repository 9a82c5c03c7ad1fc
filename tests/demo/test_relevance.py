"""The judged queries of the search are sound: pure checks of portal/demo/data/relevance.json."""

import json
from collections import Counter
from typing import Any

from tests.demo.test_outreach import ALL, DATA, courses, read, texts

GRADES = {1, 2, 3}
KINDS = {"word", "synonym", "english", "pinyin", "slip", "question", "number"}


def relevance() -> Any:
    return json.loads((DATA / "relevance.json").read_text(encoding="utf-8"))


def documents() -> set[str]:
    """Return the names of all documents that may be judged."""
    return {
        *(f"solution:{slug}" for slug in relevance()["corpus"]["solutions"]),
        *(f"course:{row['slug']}" for row in courses()),
        *(f"news:{row['slug']}" for row in read("news")),
        *(f"reading:{row['slug']}" for row in read("readings")),
        *(f"guide:{row['slug']}" for row in read("guides")),
        *(f"event:{row['slug']}" for row in read("events")),
        *(f"standard:{row['number']}" for row in read("standards")),
        *(f"faq:{row['q']}" for row in read("faq")),
    }


def test_judged_solutions_are_dossiers_with_long_sections():
    slugs = relevance()["corpus"]["solutions"]
    assert len(set(slugs)) == len(slugs) == 24
    for slug in slugs:
        text = (DATA / "dossiers" / f"{slug}.json").read_text(encoding="utf-8")
        assert sum(len(part) for part in json.loads(text)["sections"].values()) > 3500


def test_queries_are_enough_distinct_and_of_every_kind():
    queries = relevance()["queries"]
    assert len(queries) >= 60
    assert len({row["q"] for row in queries}) == len(queries)
    kinds = Counter(row["kind"] for row in queries)
    assert set(kinds) == KINDS
    assert min(kinds.values()) >= 5
    assert [row["q"] for row in queries if not row["note"] or not row["q"].strip()] == []


def test_every_query_has_a_best_answer():
    for row in relevance()["queries"]:
        assert set(row["judged"].values()) <= GRADES
        assert max(row["judged"].values()) == 3, row["q"]


def test_judged_documents_exist():
    judged = {document for row in relevance()["queries"] for document in row["judged"]}
    assert judged - documents() == set()


def test_every_reading_guide_news_event_and_course_is_judged():
    judged = {document for row in relevance()["queries"] for document in row["judged"]}
    kinds = ("solution:", "reading:", "guide:", "news:", "event:", "course:", "standard:")
    assert {name for name in documents() if name.startswith(kinds)} - judged == set()


def test_slips_and_pinyin_are_not_written_in_the_texts():
    everything = "".join(texts(name) for name in (*ALL, "news") if name != "synonyms")
    hidden = [row["q"] for row in relevance()["queries"] if row["kind"] in {"pinyin", "slip"}]
    assert [query for query in hidden if query in everything] == []
