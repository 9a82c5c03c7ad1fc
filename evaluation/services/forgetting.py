"""How evaluation forgets a person: the expert judges no more; what was signed stays."""

from typing import Any

from evaluation.models import Expert
from portal.core.personal import forgets


@forgets("evaluation")
def forget_expert(person: Any, alias: str) -> dict[str, int]:
    """Take the expert out of future draws and drop the title; sheets, employers and ties stay."""
    return {
        "experts": Expert.objects.filter(user=person).update(
            is_active=False, title="–", title_en=""
        )
    }
