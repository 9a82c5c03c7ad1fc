from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class CoreConfig(AppConfig):
    name = "portal.core"
    label = "core"

    def ready(self) -> None:
        # Each app registers the background jobs it can run, the facts that must always hold, what
        # the record tells of its objects to whom, the kinds of notices it writes, the deadlines it
        # reminds of, what it holds of a person and how it forgets one.
        autodiscover_modules("notice_kinds", "tasks", "queries.invariants", "queries.record")
        autodiscover_modules("queries.deadlines", "queries.personal", "services.forgetting")
        autodiscover_modules("audit.checks", "checks")
