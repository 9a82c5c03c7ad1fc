from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class CoreConfig(AppConfig):
    name = "portal.core"
    label = "core"

    def ready(self) -> None:
        # Each app registers the background jobs it can run, the facts that must always hold, and
        # what the record tells of its objects to whom; checks of the record are core's own.
        autodiscover_modules("tasks", "queries.invariants", "queries.record", "audit.checks")
