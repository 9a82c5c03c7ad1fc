from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class CoreConfig(AppConfig):
    name = "portal.core"
    label = "core"

    def ready(self) -> None:
        # Each app registers the background jobs it can run, and the facts that must always hold.
        autodiscover_modules("tasks", "queries.invariants")
