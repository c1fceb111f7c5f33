"""Queries select from the tables, and can do nothing else."""

from pathlib import Path
from typing import Any

import pytest

from personal_bot.documents.tables.functions import like
from tests.unit.personal_bot.documents.tables.conftest import Keep, ask, rows


@pytest.fixture
def clients(keep: Keep) -> Path:
    return keep("id;клиент\n1;Ёлкин\n2;Орлов\n3;Сойкин\n", ".csv")


@pytest.fixture
def orders(keep: Keep) -> Path:
    return keep("id;client;sum\n1;1;10,5\n2;1;4,5\n3;3;7\n4;9;100\n", ".csv")


def test_tables_of_two_documents_can_be_joined(clients: Path, orders: Path) -> None:
    sql = (
        "SELECT клиент, SUM(o.sum) AS total FROM t1 JOIN t2 o ON o.client = t1.id "
        "GROUP BY клиент ORDER BY total DESC"
    )
    answer = ask(sql, clients, orders)
    assert answer["columns"] == ["клиент", "total"]
    assert answer["rows"] == [["Ёлкин", 15.0], ["Сойкин", 7.0]]
    assert [(used["document"], used["rows"], used["ranges"]) for used in answer["used"]] == [
        (0, 2, [[2, 2], [4, 4]]),
        (1, 3, [[2, 4]]),
    ]


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ("lower(клиент) = 'ёлкин'", ["Ёлкин"]),
        ("клиент LIKE 'елк%'", ["Ёлкин"]),
        ("клиент LIKE '%КИН'", ["Ёлкин", "Сойкин"]),
        ("клиент LIKE '_рлов'", ["Орлов"]),
        ("клиент NOT LIKE '%о%'", ["Ёлкин"]),
    ],
)
def test_words_are_found_whatever_their_capitals(
    condition: str, found: list[str], clients: Path
) -> None:
    assert [row for [row] in rows(f"SELECT клиент FROM t1 WHERE {condition}", clients)] == found


@pytest.mark.parametrize(
    ("sql", "refusal"),
    [
        ("DROP VIEW t1", "forbidden"),
        ("DELETE FROM d0.t1", "forbidden"),
        ("INSERT INTO d0.t1 VALUES (1, 2, 3)", "forbidden"),
        ("UPDATE d0.t1 SET id = 5", "forbidden"),
        ("CREATE TABLE x (y)", "forbidden"),
        ("ATTACH '/etc/passwd' AS x", "forbidden"),
        ("PRAGMA writable_schema = 1", "forbidden"),
        ("VACUUM INTO '/tmp/x'", "forbidden"),
        ("SELECT load_extension('x')", "forbidden"),
        ("SELECT * FROM sqlite_master", "forbidden"),
        ("SELECT * FROM pragma_database_list", "forbidden"),
        ("SELECT COUNT(*) FROM pragma_database_list", "forbidden"),
        ("SELECT * FROM d0.catalog", "forbidden"),
        ("SELECT randomblob(1000000000)", "forbidden"),
        ("SELECT 1; DROP VIEW t1", "several"),
        ("-- nothing", "empty"),
        ("SELECT nothing FROM t1", "wrong"),
        ("hello", "wrong"),
        ("SELECT" + "(" * 300 + "1" + ")" * 300, "wrong"),
        ("SELECT " + "1," * 2_000 + "1", "wrong"),
    ],
)
def test_anything_else_is_refused(sql: str, refusal: str, clients: Path) -> None:
    before = clients.read_bytes()
    assert ask(sql, clients)["refusal"] == refusal
    assert clients.read_bytes() == before


def test_a_wrong_name_is_answered_with_what_sqlite_says(clients: Path) -> None:
    assert ask("SELECT нет FROM t1", clients)["detail"] == "no such column: нет"


ENDLESS = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c)"


def test_a_query_that_never_ends_is_ended(clients: Path) -> None:
    assert ask(f"{ENDLESS} SELECT COUNT(*) FROM c", clients, seconds=0.1)["refusal"] == "time"


def test_only_the_first_rows_of_a_result_are_returned(clients: Path) -> None:
    answer: dict[str, Any] = ask(f"{ENDLESS} SELECT x FROM c", clients, rows=3, counted_rows=50)
    assert answer["rows"] == [[1], [2], [3]]
    assert (answer["total"], answer["is_more"]) == (50, True)
    answer = ask("SELECT * FROM t1", clients, rows=2)
    assert (len(answer["rows"]), answer["total"], answer["is_more"]) == (2, 3, False)


def test_long_texts_are_cut(clients: Path) -> None:
    [[text]] = ask("SELECT printf('%9000s', 'x')", clients)["rows"]
    assert len(text) == 501
    answer = ask("SELECT printf('%400s', 'x') FROM t1", clients, answer_chars=500)
    assert (len(answer["rows"]), answer["total"]) == (2, 3)


def test_sums_have_no_error_that_people_could_see(keep: Keep) -> None:
    path = keep("a;b\n" + "x;0,1\n" * 1_000, ".csv")
    assert rows("SELECT SUM(b), AVG(b), MEDIAN(b) FROM t1", path) == [[100, 0.1, 0.1]]
    assert rows("SELECT SUM(b) OVER (ORDER BY row) FROM t1 WHERE row < 5", path) == [
        [0.1],
        [0.2],
        [pytest.approx(0.3)],
    ]
    assert rows("SELECT SUM(b), AVG(b), MEDIAN(b) FROM t1 WHERE row = 0", path) == [
        [None, None, None]
    ]


def test_a_pattern_takes_linear_time(clients: Path) -> None:
    assert not like("%a%a%a%a%a%a%a%a%a%a%b", "a" * 100_000)
    assert like("50!%", "50%", "!")
    assert not like("50!%", "505", "!")
    assert [like("%a_c%", "xxabcxx"), like("a", "ab"), like("%", "")] == [True, False, True]


@pytest.mark.parametrize(
    ("sql", "ranges"),
    [
        ("SELECT COUNT(*) FROM t1 WHERE id > 1", [[3, 4]]),
        ("SELECT COUNT(*) FROM (SELECT * FROM t1 WHERE id > 1)", [[2, 4]]),  # not understood
        ("WITH a AS (SELECT * FROM t1) SELECT COUNT(*) FROM a", [[2, 4]]),
        ("SELECT 1 FROM t1 WHERE id = 1 UNION SELECT 2 FROM t1", [[2, 4]]),
        ("SELECT клиент FROM t1 WHERE клиент <> ' from t2 ' ORDER BY id LIMIT 1", [[2, 4]]),
        ("SELECT id FROM t1 WHERE id IN (SELECT MAX(id) FROM t1)", [[4, 4]]),
        ("SELECT MAX(id) FROM T1 where ID < 3 -- order by\n GROUP BY клиент", [[2, 3]]),
        ("SELECT id FROM t1 WHERE id > 9", []),
    ],
)
def test_the_rows_that_a_query_looks_at_are_known(
    sql: str, ranges: list[list[int]], clients: Path
) -> None:
    [used] = ask(sql, clients)["used"]
    assert used["ranges"] == ranges
