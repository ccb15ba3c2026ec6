"""The program builder: one page, and the small JSON requests by which it saves.

Below /admin/lms/courseprogram/<pk>/builder/: GET tree and version; POST act and copy, with session
and CSRF header. An operation is {"act": name, ...}; the response has the new version of the tree.
It needs the permission to change programs; a conflict is 409 with `stored`, the fields as they are
now.
"""

import json
from typing import Any

from django.contrib.admin.utils import unquote
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action

from lms.admin.breadcrumbs import breadcrumbs_of
from lms.admin.courses import builder_requests
from lms.admin.json_requests import json_endpoint, number
from lms.admin.request_user import request_user
from lms.errors import ProgramNotFound, StationNotFound
from lms.models import CourseProgram, Station
from lms.selectors.courses import builder as selectors
from lms.selectors.courses import outline
from lms.selectors.courses.program_json import program_json
from lms.services.courses import builder, copying
from lms.services.history import recycle_bin
from media_admin.widgets import DirectUploadWidget
from portal.common.errors import Forbidden
from portal.common.mixin_bases import AdminBase


class ProgramBuilderMixin(AdminBase):
    """Adds "Builder" and "View as employee" to the page and the list row of a program."""

    @action(
        description=_("Builder"), url_path="builder", permissions=["change"], icon="account_tree"
    )
    def open_builder(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show the builder; changes nothing."""
        program = self.get_object(request, unquote(object_id))
        if program is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        base = reverse("admin:lms_courseprogram_builder", args=[program.pk])
        context = self.admin_site.each_context(request) | {
            "title": program.title,
            "opts": self.opts,
            "original": program,
            "program": program,
            "breadcrumbs": breadcrumbs_of(self, request, program),
            "preview_url": _address("lms_courseprogram_as_employee", program.pk),
            "builder": {
                "tree": f"{base}tree",
                "version": f"{base}version",
                "act": f"{base}act",
                "copy": f"{base}copy",
                "preview": _address("lms_courseprogram_as_employee", program.pk),
                "history": _address("lms_courseprogram_history", program.pk),
                "form": _address("lms_courseprogram_change", program.pk),
                "bin": _address("lms_binentry_changelist"),
                "uploads": reverse("media-upload-start"),
                "upload": _upload(),
                "stations": selectors.other_stations(program),
            },
        }
        return TemplateResponse(request, "lms/admin/courses/builder.html", context)

    @action(
        description=_("View as employee"),
        url_path="as-employee",
        permissions=["view"],
        icon="visibility",
    )
    def view_as_employee(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show the program as the API returns it, active or not; changes nothing."""
        program = self.get_object(request, unquote(object_id))
        row = outline.program_row(program.pk) if program else None
        if program is None or row is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        shown = program_json(
            row, outline.program_outline(program.pk), outline.program_texts(program.pk)
        )
        context = self.admin_site.each_context(request) | {
            "title": _("View as employee"),
            "opts": self.opts,
            "original": program,
            "breadcrumbs": breadcrumbs_of(self, request, program),
            "program": program,
            "shown": shown,
            "builder_url": _address("lms_courseprogram_builder", program.pk),
        }
        return TemplateResponse(request, "lms/admin/courses/as_employee.html", context)

    def get_urls(self) -> list[URLPattern]:
        """Add the pages and endpoints."""
        wrap, base = self.admin_site.admin_view, "<path:object_id>/builder"
        return [
            path(f"{base}/", wrap(self.open_builder), name="lms_courseprogram_builder"),
            path(f"{base}/tree", wrap(self.builder_tree), name="lms_courseprogram_tree"),
            path(f"{base}/version", wrap(self.builder_version)),
            path(f"{base}/act", wrap(self.builder_act), name="lms_courseprogram_act"),
            path(f"{base}/copy", wrap(self.builder_copy), name="lms_courseprogram_copy"),
            path(
                "<path:object_id>/as-employee/",
                wrap(self.view_as_employee),
                name="lms_courseprogram_as_employee",
            ),
            *super().get_urls(),
        ]

    @json_endpoint(missing=ProgramNotFound, method="GET")
    def builder_tree(self, request: HttpRequest, program: CourseProgram) -> dict[str, Any]:
        """Return the whole tree."""
        tree = _with_addresses(selectors.program_tree(program))
        return _version(program) | {"program": tree}

    @json_endpoint(missing=ProgramNotFound, method="GET")
    def builder_version(self, request: HttpRequest, program: CourseProgram) -> dict[str, Any]:
        """Return the version of the tree and who changed it last."""
        return _version(program)

    @json_endpoint(missing=ProgramNotFound)
    def builder_act(
        self, request: HttpRequest, program: CourseProgram, data: Any
    ) -> dict[str, Any]:
        """Run one operation."""
        work = builder_requests.operation_of(data, by=request_user(request))
        if work is None:
            impact = recycle_bin.preview([builder_requests.row_of(program, data)])
            return _version(program) | {"impact": vars(impact)}
        result, version = builder.run_operation(program.pk, work)
        return {"treeVersion": version} | _shown(result)

    @json_endpoint(missing=ProgramNotFound)
    def builder_copy(
        self, request: HttpRequest, program: CourseProgram, data: Any
    ) -> dict[str, Any]:
        """Copy the program to a station."""
        if not self.has_add_permission(request):
            raise Forbidden
        station_id = number(data.get("station"))
        station = Station.objects.filter(pk=station_id).first()
        if station is None:
            raise StationNotFound
        copy = copying.copy_program(program, station)
        return {"url": _address("lms_courseprogram_builder", copy.pk), "title": copy.title}


def _upload() -> dict[str, Any]:
    """Return the settings of the upload widget: target, types, sizes and texts."""
    widget = DirectUploadWidget(prefix="topics", accepted_kinds=("pdf", "video", "document"))
    return json.loads(widget.get_context("file", None, None)["widget"]["config"])


def _version(program: CourseProgram) -> dict[str, Any]:
    return {
        "treeVersion": program.tree_version,
        "changedBy": selectors.last_editor(program.pk),
    }


def _shown(result: dict[str, Any]) -> dict[str, Any]:
    """Add their addresses to the nodes of a result."""
    if "node" in result:
        return result | {"node": _with_addresses(selectors.node(result["node"]))}
    if "nodes" in result:
        nodes = [_with_addresses(selectors.fields_of(row)) for row in result["nodes"]]
        return result | {"nodes": nodes}
    return result


_ADMINS = {"program": "courseprogram", "file": "topicfile"}


def _with_addresses(node: dict[str, Any]) -> dict[str, Any]:
    """Add the addresses of a node's form and of a test's questions, for all nodes below it too."""
    model = _ADMINS.get(node["kind"], node["kind"])
    node["url"] = _address(f"lms_{model}_change", node["id"])
    if "questions" in node:
        node["questionsUrl"] = _address(f"lms_{model}_edit_questions", node["id"]) or node["url"]
    for below in ("lessons", "topics", "files", "tests"):
        for child in node.get(below, ()):
            _with_addresses(child)
    return node


def _address(name: str, *arguments: Any) -> str:
    try:
        return reverse(f"admin:{name}", args=arguments)
    except NoReverseMatch:
        return ""
