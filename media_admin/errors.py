"""Errors of the media library, each with a stable code and a text for people."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.common.errors import (
    AppError,
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    TooLarge,
    Unavailable,
)


class InvalidKey(Invalid):
    """The key leaves its folder, or the store cannot hold it."""

    code = "invalid_key"
    message = _("The file's key is not allowed.")


class ObjectMissing(NotFound):
    """The store has no object of this key."""

    code = "file_not_found"
    message = _("The file was not found.")


class ObjectChanged(Conflict):
    """The object was replaced between two calls."""

    code = "file_changed"
    message = _("The file has just been replaced. Try again.")


class UploadTooLarge(TooLarge):
    """The file exceeds the limit of its kind."""

    code = "upload_too_large"


class TypeNotAllowed(Invalid):
    """A file of this type is not accepted here."""

    code = "type_not_allowed"
    message = _("Files of this type are not accepted here.")


class TargetRefused(Forbidden):
    """The upload target was not signed by the server, or it was signed too long ago."""

    code = "target_refused"
    message = _("The upload form is out of date. Reload the page and try again.")


class UploadMissing(NotFound):
    """This upload does not exist, or no longer."""

    code = "upload_not_found"
    message = _("The upload no longer exists. Start it again.")


class UploadNotFinished(Conflict):
    """Parts are missing, or the store refuses to join them."""

    code = "upload_not_finished"
    message = _("Not all parts of the file have arrived. Try again.")


class UploadFailed(Conflict):
    """The upload was cancelled, or its file was refused and deleted."""

    code = "upload_failed"
    message = _("The upload has failed. Start it again.")


class UploadRefused(Invalid):
    """The object differs from what was announced, and was deleted."""

    code = "upload_refused"
    message = _("The file that arrived is not the one that was announced.")


class FileInUse(Conflict):
    """The file is in use."""

    code = "file_in_use"
    message = _("The file is still in use and cannot be deleted.")


class SignatureRefused(Forbidden):
    """A signed URL was changed, has expired, or was used for something else."""

    code = "signature_refused"
    message = _("The link has expired or is not valid.")


class LengthRequired(AppError):
    """The request has a body but no Content-Length."""

    status = 411
    code = "length_required"
    message = _("The size of the file must be sent along.")


class StoreUnavailable(Unavailable):
    """The object store does not answer, or answers with an error."""

    code = "store_unavailable"
    message = _("The file store is temporarily unavailable. Try again in a minute.")
    retry_after_seconds = 10


class TooManyStreams(Unavailable):
    """This process sends as many files as STREAMS_AT_ONCE allows."""

    code = "too_many_streams"
    message = _("Too many files are being read at the moment. Try again in a few seconds.")
    retry_after_seconds = 5


class PreconditionFailed(AppError):
    """If-Match or If-Unmodified-Since does not match the current file."""

    status = 412
    code = "precondition_failed"
    message = _("The file has changed since you opened it.")


class RangeNotSatisfiable(AppError):
    """The range lies outside the file, which has `size_bytes`."""

    status = 416
    code = "range_not_satisfiable"
    message = _("The requested range lies outside of the file.")

    def __init__(self, message: str | Promise | None = None, *, size_bytes: int = 0) -> None:
        super().__init__(message)
        self.size_bytes = size_bytes
