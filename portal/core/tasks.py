"""What the clock does for messages: mails that are tried again, mails of a day."""

from portal.core import digests, outbox
from portal.core.sweeping import sweeps

sweeps("mails to send again")(outbox.send_due)
sweeps("mails that lost their worker")(outbox.settle_hung)
sweeps("daily mails")(digests.write_digests)
sweeps("old mails")(outbox.drop_old)
