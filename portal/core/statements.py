"""Queries asked at every request, their text written once.

Django writes the SQL of a query anew each time it is asked, and for who is signed in and what they
hold that took ten times as long as the database needed to answer (docs/measurements.md). Only for
queries of every request: everywhere else the ORM's own way is plainer.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Model, QuerySet


class Text(NamedTuple):
    """A query as one kind of database takes it: SQL, its values, how columns become Python's, and
    the model it is about."""

    sql: str
    values: tuple[Any, ...]
    converters: dict[int, tuple[list[Any], Any]]
    model: type[Model]


class Statement:
    """A query for one key. `ask` makes it for any key and has nothing else in it that changes.

    `place` stands for the key while the text is written: of the key's type, and no other value of
    the query.
    """

    def __init__(self, ask: Callable[[Any], QuerySet[Any, Any]], *, place: int | str) -> None:
        self.ask, self.place = ask, place
        self.texts: dict[str, Text] = {}

    def text(self) -> Text:
        """Return the query's text for the database of now, written at the first call."""
        if connection.vendor not in self.texts:
            asked = self.ask(self.place)
            compiler = asked.query.get_compiler(connection=connection)
            sql, values = compiler.as_sql()
            converters = compiler.get_converters(
                [column for column, _sql, _name in compiler.select]
            )
            self.texts[connection.vendor] = Text(sql, values, converters, asked.model)
        return self.texts[connection.vendor]

    def rows(self, key: int | str) -> list[list[Any]]:
        """Return the rows for a key: columns in the order of the query, converted as the ORM does.

        Raises what the database raises.
        """
        text = self.text()
        with connection.cursor() as cursor:
            cursor.execute(text.sql, [key if one == self.place else one for one in text.values])
            found = [list(row) for row in cursor.fetchall()]
        for place, (steps, column) in text.converters.items():
            for row in found:
                for step in steps:
                    row[place] = step(row[place], column, connection)
        return found

    def first(self, key: int | str) -> Any:
        """Return the first object for a key, or None; the query selects a model's own columns."""
        rows = self.rows(key)
        if not rows:
            return None
        model = self.text().model
        names = [field.attname for field in model._meta.concrete_fields]
        return model.from_db(connection.alias, names, rows[0])
