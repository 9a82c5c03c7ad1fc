"""What the worker and the clock do for people: copies of their data, closing accounts."""

from typing import Any

from portal.accounts.exports.personal import data_archive
from portal.accounts.models import DataCopy
from portal.accounts.services import closing, copying
from portal.core.queue import Progress, handles
from portal.core.sweeping import sweeps

sweeps("copies of data")(copying.drop_expired)
sweeps("accounts to close")(closing.close_due)


@handles(copying.COPY_JOB)
def make_copy(progress: Progress) -> dict[str, Any]:
    """Make one copy; done again after a kill, kept once."""
    copy = DataCopy.objects.select_related("person").get(pk=progress.arguments["copy"])
    content = data_archive(copy.person, progress.step)
    copying.keep_copy(copy=copy, content=content)
    return {"bytes": len(content)}
