"""Screens of applicants: list, start, sections, files, check, receipt, revisions."""

from showcase.views.applying.files import attachment_add, attachment_file, attachment_remove
from showcase.views.applying.handing_in import (
    submission_check,
    submission_receipt,
    submission_withdraw,
)
from showcase.views.applying.pages import (
    submission_detail,
    submission_list,
    submission_revision,
    submission_revisions,
    submission_start,
)
from showcase.views.applying.sections import submission_section

__all__ = [
    "attachment_add",
    "attachment_file",
    "attachment_remove",
    "submission_check",
    "submission_detail",
    "submission_list",
    "submission_receipt",
    "submission_revision",
    "submission_revisions",
    "submission_section",
    "submission_start",
    "submission_withdraw",
]
