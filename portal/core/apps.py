from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class CoreConfig(AppConfig):
    name = "portal.core"
    label = "core"

    def ready(self) -> None:
        # Each app's tasks.py registers the background jobs it can run.
        autodiscover_modules("tasks")
