from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class CoreConfig(AppConfig):
    name = "portal.core"
    label = "core"

    def ready(self) -> None:
        # Each app registers the background jobs it can run, the facts that must always hold, the
        # kinds of notices it writes and the deadlines it reminds of.
        autodiscover_modules("notice_kinds", "tasks", "queries.invariants", "queries.deadlines")
