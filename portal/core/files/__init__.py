"""Private files in and out: looked into, digested, scanned, never under a public address.

`store` takes an upload in, `deliver` sends a file out as an attachment, `staged` finds an upload
that came in parts. Who may read or write is the business of the object a file hangs on: call that
object's rule first.
"""

from portal.core.files.delivering import check_can_deliver, deliver
from portal.core.files.names import clean_name, extension
from portal.core.files.purposes import CONTENT_TYPES, MEGABYTE, Purpose, type_names
from portal.core.files.scanning import resume_scans
from portal.core.files.staging import (
    StagedFile,
    cancel_upload,
    staged,
    sweep_uploads,
    ticket,
    unfinished,
)
from portal.core.files.storing import check_upload, discard, store
from portal.core.files.wording import scan_words

__all__ = [
    "CONTENT_TYPES",
    "MEGABYTE",
    "Purpose",
    "StagedFile",
    "cancel_upload",
    "check_can_deliver",
    "check_upload",
    "clean_name",
    "deliver",
    "discard",
    "extension",
    "resume_scans",
    "scan_words",
    "staged",
    "store",
    "sweep_uploads",
    "ticket",
    "type_names",
    "unfinished",
]
