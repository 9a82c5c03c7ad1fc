"""The first upload handler: a body larger than any form takes is not read at all."""

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

from portal.core.files.purposes import MEGABYTE


class BoundedUploadHandler(FileUploadHandler):
    """Refuse a request by its announced length, and one that sends more than it announced."""

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self.seen = 0

    def handle_raw_input(
        self,
        input_data: Any,
        META: Any,  # noqa: N803 - Django's name
        content_length: int,
        boundary: Any,
        encoding: Any = None,
    ) -> None:
        """Raise RequestDataTooBig before the first byte is read."""
        if content_length > settings.UPLOAD_REQUEST_MEGABYTES * MEGABYTE:
            raise RequestDataTooBig("The request is larger than any form takes.")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Count, and pass on to the next handler."""
        self.seen += len(raw_data)
        if self.seen > settings.UPLOAD_REQUEST_MEGABYTES * MEGABYTE:
            raise RequestDataTooBig("The request is larger than any form takes.")
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave the file to the next handler."""
