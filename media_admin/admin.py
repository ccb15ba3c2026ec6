"""The media library in the admin: uploaded files, whether they are used, and deleting them."""

from collections.abc import Callable
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import DropdownFilter, RangeDateFilter
from unfold.decorators import display

from media_admin.models import MediaFile
from media_admin.services import library, usage
from portal.common.admin_lists import ListPaginator, PortalListMixin
from portal.common.confirmation import Question, confirmed
from portal.common.errors import AppError

_DELETE = Question(
    title=ngettext_lazy(
        "Delete %(count)d file for good?", "Delete %(count)d files for good?", "count"
    ),
    note=_("There is no bin for files. If something uses one of them, none is deleted."),
    button=_("Delete for good"),
    is_final=True,
    changing=lambda selected: selected,
    lines=lambda rows: [filesizeformat(usage.total_bytes(rows))],
)
_STATE_COLOURS = {"ready": "success", "pending": "info", "failed": "danger"}


class UploadFilter(DropdownFilter):
    """Filters uploads that are in progress or abandoned."""

    title = _("upload")
    parameter_name = "upload"

    def lookups(
        self, request: HttpRequest, model_admin: "admin.ModelAdmin[MediaFile]"
    ) -> list[tuple[str, Promise]]:
        """Return the two choices."""
        return [("active", _("in progress")), ("abandoned", _("abandoned"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[MediaFile]) -> QuerySet[MediaFile]:
        """Keep the uploads of the choice."""
        keep = {"active": usage.being_uploaded, "abandoned": usage.abandoned}
        return keep[self.value()](queryset) if self.value() in keep else queryset


@admin.register(MediaFile)
class MediaFileAdmin(PortalListMixin, ModelAdmin):
    """Uploads of everybody; the upload widgets add the rows, so there is no form."""

    class Media:
        css: ClassVar = {"all": ["media_admin/library.css"]}

    paginator = ListPaginator
    list_display = ["preview", "title", "show_kind", "size", "show_state", "usage", "uploaded_by"]
    list_display_links = ["title"]
    list_filter = [
        "kind",
        "state",
        UploadFilter,
        ("created_at", RangeDateFilter),
        ("uploaded_by", admin.RelatedOnlyFieldListFilter),
    ]
    list_filter_submit = True
    list_fullwidth = True
    list_per_page = 50
    empty_value_display = "—"
    list_select_related = ["uploaded_by"]
    search_fields = ["original_name", "key"]
    date_hierarchy = "created_at"
    fields = [
        "large_preview",
        "original_name",
        "kind",
        "content_type",
        "size",
        "state",
        "usage",
        "key",
        "etag",
        "uploaded_by",
        "created_at",
        "finished_at",
    ]
    readonly_fields = fields
    actions = ["delete_unused"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Return False: files are uploaded in the forms that use them."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: MediaFile | None = None) -> bool:
        """Return False: a file is replaced by uploading another one."""
        return False

    def get_actions(self, request: HttpRequest) -> dict[str, tuple[Callable[..., Any], str, str]]:
        """Remove Django's own deletion: it would leave the objects in the store."""
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, object] | None = None
    ) -> HttpResponse:
        """Show the list; an action that is refused shows a message."""
        try:
            return super().changelist_view(request, extra_context)
        except AppError as error:
            self.message_user(request, error.message, messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        """Look up which files of the page are in use, with one call."""
        changelist = super().get_changelist_instance(request)
        used = library.used_keys([file.key for file in changelist.result_list])
        for file in changelist.result_list:
            file.is_used = file.key in used
        return changelist

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, object] | None = None
    ) -> HttpResponse:
        """Delete the object and the row; a file in use shows a message."""
        try:
            return super().delete_view(request, object_id, extra_context)
        except AppError as error:
            self.message_user(request, error.message, messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())

    def delete_model(self, request: HttpRequest, obj: MediaFile) -> None:
        """Delete the object first, then the row."""
        library.delete_file(obj)

    @admin.action(description=_("Delete selected files that nothing uses"), permissions=["delete"])
    @confirmed(_DELETE)
    def delete_unused(self, request: HttpRequest, queryset: QuerySet[MediaFile]) -> None:
        """Delete the selected files; all of them or none."""
        count = library.delete_files(queryset)
        self.message_user(request, _("Files deleted: %(count)d.") % {"count": count})

    @display(description="")
    def preview(self, file: MediaFile) -> str:
        """Show a small picture, or an icon of the kind."""
        if file.kind == MediaFile.Kind.IMAGE and file.state == MediaFile.State.READY:
            return format_html(
                '<img class="media-thumbnail" loading="lazy" alt="" src="{}">', _address(file)
            )
        symbols = {"video": "movie", "pdf": "picture_as_pdf", "image": "image"}
        symbol = symbols.get(file.kind, "description")
        return format_html('<span class="material-symbols-outlined">{}</span>', symbol)

    @display(description=_("Preview"))
    def large_preview(self, file: MediaFile) -> str:
        """Show a picture or video, and a link to anything else."""
        if file.state != MediaFile.State.READY:
            return "—"
        if file.kind == MediaFile.Kind.IMAGE:
            return format_html('<img class="media-preview" alt="" src="{}">', _address(file))
        if file.kind == MediaFile.Kind.VIDEO:
            return format_html(
                '<video class="media-preview" controls preload="metadata" src="{}"></video>',
                _address(file),
            )
        return format_html(
            '<a class="media-open" target="_blank" rel="noopener" href="{}">{}</a>',
            _address(file),
            _("Open the file"),
        )

    @display(description=_("file name"), ordering="original_name")
    def title(self, file: MediaFile) -> str:
        """Show the name that the file had on the computer of the uploader."""
        return file.original_name

    @display(description=_("kind"), ordering="kind", label=True)
    def show_kind(self, file: MediaFile) -> str:
        """Show the kind as a label."""
        return file.get_kind_display()

    @display(description=_("state"), ordering="state", label=_STATE_COLOURS)
    def show_state(self, file: MediaFile) -> tuple[str, str]:
        """Show the state as a coloured label."""
        return file.state, file.get_state_display()

    @display(description=_("size"), ordering="size_bytes")
    def size(self, file: MediaFile) -> str:
        """Show the size in KB, MB or GB."""
        return filesizeformat(file.size_bytes)

    @display(description=_("in use"), boolean=True)
    def usage(self, file: MediaFile) -> bool:
        """Tell whether the file is in use."""
        known = getattr(file, "is_used", None)
        return bool(library.used_keys([file.key])) if known is None else known


def _address(file: MediaFile) -> str:
    return f"{reverse('media-preview')}?{urlencode({'key': file.key})}"
