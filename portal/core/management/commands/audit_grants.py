"""Print the SQL that gives the application's role everything but the power over the record."""

import re
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from portal.core.models import AccessEvent, AuditChain, AuditEvent

STATEMENTS = """\
GRANT USAGE ON SCHEMA {schema} TO {role};
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {role};
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {role};
ALTER DEFAULT PRIVILEGES IN SCHEMA {schema}
  GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {role};
ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT USAGE, SELECT ON SEQUENCES TO {role};
REVOKE ALL ON {schema}.{events} FROM PUBLIC, {role};
GRANT SELECT, INSERT ON {schema}.{events} TO {role};
REVOKE ALL ON {schema}.{chains} FROM PUBLIC, {role};
GRANT SELECT, INSERT, UPDATE ON {schema}.{chains} TO {role};
REVOKE ALL ON {schema}.{access} FROM PUBLIC, {role};
GRANT SELECT, INSERT ON {schema}.{access} TO {role};
"""


class Command(BaseCommand):
    help = (
        "Print statements for PostgreSQL, to be run by the tables' owner after every migration: "
        "the named role reads and adds rows of the record and neither changes nor removes them."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("role", help="the role in the application's DATABASE_URL")
        parser.add_argument("--schema", default="public")

    def handle(self, *args: Any, **options: Any) -> None:
        names = {"role": options["role"], "schema": options["schema"]}
        for name in names.values():
            if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
                raise CommandError(f"{name} is no plain name of PostgreSQL.")
        quote = connection.ops.quote_name
        tables = {
            "events": AuditEvent._meta.db_table,
            "chains": AuditChain._meta.db_table,
            "access": AccessEvent._meta.db_table,
        }
        quoted = {key: quote(name) for key, name in (names | tables).items()}
        self.stdout.write(STATEMENTS.format(**quoted), ending="")
