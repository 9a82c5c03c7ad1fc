from portal.core.pdf import blocks_of


def test_blocks_keep_bold_lists_and_tables():
    text = "前言**要点**后文\n\n1. 一\n2. 二\n   - 内\n\n| 甲 | 乙 |\n|-|-|\n| 1 | 2 |"
    assert blocks_of(text) == [
        {"kind": "p", "runs": [["前言", False], ["要点", True], ["后文", False]]},
        {"kind": "li", "runs": [["一", False]], "number": 1, "depth": 0},
        {"kind": "li", "runs": [["二", False]], "number": 2, "depth": 0},
        {"kind": "li", "runs": [["内", False]], "number": 0, "depth": 1},
        {
            "kind": "table",
            "rows": [[[["甲", False]], [["乙", False]]], [[["1", False]], [["2", False]]]],
        },
    ]


def test_blocks_take_html_and_code_as_text():
    assert blocks_of("<script>x</script>") == [
        {"kind": "p", "runs": [["<script>x</script>", False]]}
    ]
    assert blocks_of("```\n#panic()\n```") == [{"kind": "p", "runs": [["#panic()\n", False]]}]
