"""The content on the start page: what is missing, uploads, space used, and the first steps."""

from collections.abc import Sequence
from typing import Any, NamedTuple, TypedDict
from uuid import UUID

from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, ngettext_lazy

from lms.admin.dashboard.figures import Figure, Links, remembered
from lms.selectors import dashboard as selectors
from lms.services import response_cache
from media_admin.models import MediaFile
from media_admin.services import usage as media

_BAR_WIDTH = 1000
_KIND_COLOURS = {"video": "main", "pdf": "warning", "document": "light", "image": "second"}

# The figure, the text after the number, the list and its filter.
_GAPS = [
    (
        "programs_without_lessons",
        ngettext_lazy("program without lessons", "programs without lessons", "count"),
        "courseprogram",
        "lesson",
    ),
    (
        "programs_without_files",
        ngettext_lazy("program without files", "programs without files", "count"),
        "courseprogram",
        "file",
    ),
    (
        "programs_without_tests",
        ngettext_lazy("program without tests", "programs without tests", "count"),
        "courseprogram",
        "test",
    ),
    (
        "topics_without_files",
        ngettext_lazy("topic without files", "topics without files", "count"),
        "topic",
        "file",
    ),
    (
        "lesson_tests_without_questions",
        ngettext_lazy("lesson test without questions", "lesson tests without questions", "count"),
        "lessontest",
        "question",
    ),
    (
        "final_tests_without_questions",
        ngettext_lazy("final test without questions", "final tests without questions", "count"),
        "finaltest",
        "question",
    ),
]


class UploadRow(NamedTuple):
    """A kind of unfinished uploads."""

    name: str
    icon: str
    text: str
    figure: Figure


class KindRow(NamedTuple):
    """The space that one kind of files uses."""

    title: str
    colour: str
    size_bytes: int
    figure: Figure

    @property
    def size(self) -> str:
        """Return the size as text."""
        return filesizeformat(self.size_bytes)


class StorageBar(NamedTuple):
    """A part of the bar of space used."""

    x: int
    width: int
    colour: str


class FileRow(NamedTuple):
    """One of the largest files."""

    title: str
    note: str
    size: str
    url: str | None


class Step(NamedTuple):
    """One of the first steps with an empty portal."""

    title: str
    note: str
    url: str
    done: bool


class Storage(TypedDict):
    """The space used by kind with a bar, and the largest files."""

    total: str
    rows: list[KindRow]
    bar: list[StorageBar]
    bar_width: int
    largest: list[FileRow]


def parts(links: Links) -> dict[str, Any]:
    """Return the parts of the page about the content."""
    # The version is in the name, so that content that was just added is no longer missing.
    name = f"content:{response_cache.version()}"
    figures, _made_at = remembered(name, selectors.content_figures)
    steps = _first_steps(figures)
    return {
        "content_totals": _totals(links, figures),
        "gaps": _gaps(links, figures),
        "uploads": _uploads(links),
        "storage": _storage(links),
        # Shown until there is a program with a file.
        "first_steps": [] if figures["programs"] and figures["files"] else steps,
    }


def _totals(links: Links, figures: dict[str, int]) -> list[tuple[str, Figure]]:
    return [
        (_("Stations"), links.figure(figures["stations"], "station")),
        (
            _("Active programs"),
            links.figure(figures["programs"], "courseprogram", is_active__exact=1),
        ),
        (_("Active topics"), links.figure(figures["topics"], "topic", is_active__exact=1)),
        (
            _("Active files of topics"),
            links.figure(figures["files"], "topicfile", is_active__exact=1),
        ),
    ]


def _gaps(links: Links, figures: dict[str, int]) -> list[tuple[str, Figure]]:
    return [
        (
            title % {"count": figures[key]},
            links.figure(figures[key], name, is_active__exact=1, **{missing: "without"}),
        )
        for key, title, name, missing in _GAPS
        if figures[key]
    ]


def _uploads(links: Links) -> list[UploadRow]:
    counts = media.upload_counts()
    hours = settings.UPLOAD_ABANDONED_HOURS
    rows = [
        (
            "uploading",
            "cloud_upload",
            ngettext("upload in progress", "uploads in progress", counts["uploading"]),
            {"upload": "active"},
        ),
        (
            "failed",
            "error",
            ngettext("failed upload", "failed uploads", counts["failed"]),
            {"state__exact": MediaFile.State.FAILED.value},
        ),
        (
            "abandoned",
            "cloud_off",
            ngettext(
                "upload left unfinished for over %(hours)s h",
                "uploads left unfinished for over %(hours)s h",
                counts["abandoned"],
            )
            % {"hours": hours},
            {"upload": "abandoned"},
        ),
    ]
    return [
        UploadRow(name, icon, text, links.figure(counts[name], "mediafile", **query))
        for name, icon, text, query in rows
        if counts[name]
    ]


def _storage(links: Links) -> Storage:
    """Return the space by kind with a bar, and the largest files.

    Topic files that other tools have stored are not in the media library; they are a row of their
    own.
    """
    ready = MediaFile.State.READY.value
    rows = [
        KindRow(
            str(MediaFile.Kind(row["kind"]).label),
            _KIND_COLOURS[row["kind"]],
            row["size_bytes"],
            links.figure(row["files"], "mediafile", kind__exact=row["kind"], state__exact=ready),
        )
        for row in media.storage_by_kind()
    ]
    other = selectors.unregistered_figures()
    if other["files"]:
        rows.append(
            KindRow(
                _("not in the media library"),
                "muted",
                other["size_bytes"],
                links.figure(other["files"], "topicfile", unregistered=1),
            )
        )
    total = sum(row.size_bytes for row in rows)
    return {
        "total": filesizeformat(total),
        "rows": rows,
        "bar": _bar(rows, total),
        "bar_width": _BAR_WIDTH,
        "largest": _largest(links, has_other=bool(other["files"])),
    }


def _bar(rows: Sequence[KindRow], total: int) -> list[StorageBar]:
    bars = []
    start = 0
    for row in rows:
        width = row.size_bytes * _BAR_WIDTH // total if total else 0
        bars.append(StorageBar(start, width, row.colour))
        start += width
    return bars


def _largest(links: Links, *, has_other: bool) -> list[FileRow]:
    registered = media.largest_files(selectors.TOP_ROWS)
    places = selectors.places_of_files([file.key for file in registered])
    files: list[tuple[int, str, str, str, int | UUID]] = [
        (file.size_bytes, file.original_name, places.get(file.key, ""), "mediafile", file.pk)
        for file in registered
    ]
    if has_other:
        files += [
            (row["size_bytes"], row["name"], row["place"], "topicfile", row["pk"])
            for row in selectors.largest_unregistered()
        ]
    files.sort(key=lambda row: -row[0])
    return [
        FileRow(title, place, filesizeformat(size), links.page(name, pk))
        for size, title, place, name, pk in files[: selectors.TOP_ROWS]
    ]


def _first_steps(figures: dict[str, int]) -> list[Step]:
    def add(name: str) -> str:
        return reverse(f"admin:lms_{name}_add")

    def listed(name: str) -> str:
        return reverse(f"admin:lms_{name}_changelist")

    return [
        Step(
            _("Add a station"),
            _("Its name, figures, equipment and pictures."),
            add("station"),
            done=figures["stations"] > 0,
        ),
        Step(
            _("Create its program"),
            _("A title, the learning outcomes and the lessons."),
            add("courseprogram"),
            done=figures["programs"] > 0,
        ),
        Step(
            _("Fill the lessons with topics"),
            _("Each topic takes a PDF, videos and documents."),
            listed("lesson"),
            done=figures["topics"] > 0,
        ),
        Step(
            _("Upload the files"),
            _("Drop them on a topic; they are uploaded directly."),
            listed("topic"),
            done=figures["files"] > 0,
        ),
    ]
