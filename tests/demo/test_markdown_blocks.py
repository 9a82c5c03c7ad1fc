from portal.demo.markdown_blocks import to_unit_blocks

TEXT = """### 做法

先看表。

| 甲 | 乙 |
|---|---|
| 1 | 2 |

> 就地表一百二十二度，
> 联锁没有动作。

```sql
SELECT 1;
```

完。
"""


def test_quotations_and_code_have_blocks_of_their_own():
    blocks = to_unit_blocks(TEXT)
    assert [one["type"] for one in blocks] == ["text", "table", "quote", "code", "text"]
    assert blocks[2]["value"] == "就地表一百二十二度，\n联锁没有动作。"
    assert blocks[3]["value"] == {"language": "sql", "text": "SELECT 1;"}
    assert blocks[4]["value"] == "<p>完。</p>\n"
