"""The generated pages of docs/ say what the code says."""

from django.core.management import call_command


def test_generated_docs_are_in_sync() -> None:
    call_command("document", "--check")
