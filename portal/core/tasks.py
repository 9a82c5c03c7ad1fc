"""What the clock does for messages and the record: mails tried again, mails of a day, days of
sign-ins summed up.
"""

from portal.core import digests, outbox
from portal.core.audit import access
from portal.core.sweeping import sweeps

sweeps("mails to send again")(outbox.send_due)
sweeps("mails that lost their worker")(outbox.settle_hung)
sweeps("daily mails")(digests.write_digests)
sweeps("old mails")(outbox.drop_old)
sweeps("days of sign-ins")(access.seal_days)
