"""The page behind "The export is ready": sends the file to the person who asked for it."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_safe

from lms.admin.request_user import request_user
from lms.exports import FORMATS
from lms.selectors.exports import ready_export
from media_admin.api.media_response import media_response
from media_admin.errors import ObjectMissing
from media_admin.services.delivery import Wanted


@require_safe
def download(request: HttpRequest, export_id: UUID) -> HttpResponseBase:
    """Send the file; everybody else, and everybody after its time, finds nothing here."""
    export = ready_export(export_id, user=request_user(request))
    if export is None:
        raise Http404
    day = timezone.localdate(export.created_at)
    wanted = Wanted(
        export.object_key,
        content_type=FORMATS[export.format]().get_content_type(),
        download_name=f"{export.model}-{day}.{export.format}",
    )
    try:
        return media_response(request, wanted)
    except ObjectMissing as error:
        raise Http404 from error
