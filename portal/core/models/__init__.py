"""Tables shared by every app: the record, messages, background jobs, private files, days."""

from portal.core.models.access import AccessEvent, AccessKind
from portal.core.models.audit import AuditChain, AuditEvent
from portal.core.models.calendar import SpecialDay
from portal.core.models.files import PrivateFile, Upload, UploadPart
from portal.core.models.jobs import Job
from portal.core.models.messages import Digest, Mail, NoticeChoice, Notification, Reminder

__all__ = [
    "AccessEvent",
    "AccessKind",
    "AuditChain",
    "AuditEvent",
    "Digest",
    "Job",
    "Mail",
    "NoticeChoice",
    "Notification",
    "PrivateFile",
    "Reminder",
    "SpecialDay",
    "Upload",
    "UploadPart",
]
