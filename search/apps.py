from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "search"

    def ready(self) -> None:
        """Listen to the CMS; the task module registers itself when the core looks for tasks."""
        from search.tasks import connect  # noqa: PLC0415 - models are not ready at import time

        connect()
