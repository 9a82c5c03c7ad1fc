"""The second job in the access sweep: its case, and a table for each workspace."""

from tests.access.training import certificates, enrolment, exams, homes, learning, marking

TABLES = (homes, enrolment, learning, exams, marking, certificates)
ROUTES = {name: row for table in TABLES for name, row in table.ROUTES.items()}
IDS = {name: ids for table in TABLES for name, ids in table.IDS.items()}
