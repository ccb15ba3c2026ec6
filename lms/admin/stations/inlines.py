"""What belongs to a station, edited on the station's page; one tab each."""

from typing import Any, ClassVar

from django import forms
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from lms.admin.base import (
    PortalStackedInline,
    PortalTabularInline,
    UnorderedMixin,
)
from lms.admin.nested_inlines import NestedTabularInline
from lms.admin.stations.layout import complete
from lms.admin.upload_fields import Upload
from lms.models import (
    GasSource,
    NormativeDocument,
    PromoVideo,
    SafetyFeature,
    SafetySystem,
    StationEquipment,
    StationPhoto,
    StationSpecification,
)
from media_admin.services.uploaded_files import ready_file

# Its own bar stands above each list: a hint, export and import, and the drop zone of files.
_BAR = "lms/admin/stations/bar.html"


class StationInlineMixin:
    """A list of a station: the number of rows on its tab, a bar above the rows."""

    show_count = True
    template_before = _BAR
    takes_files = False

    class Media:
        css: ClassVar[dict[str, list[str]]] = {"all": ["lms/stations/stations.css"]}
        js: ClassVar[list[Any]] = [forms.Script("lms/stations/inline-sorting.js", type="module")]


class EquipmentInline(StationInlineMixin, PortalStackedInline):
    """Machines."""

    model = StationEquipment
    fields = complete(
        StationEquipment,
        [("name", "model"), ("manufacturer", "quantity", "power"), "description", "order_index"],
    )


class SpecificationInline(StationInlineMixin, PortalTabularInline):
    """Figures with their units."""

    model = StationSpecification
    fields = complete(
        StationSpecification, ["category", "value", "unit", "description", "order_index"]
    )
    show_title = False


class SafetyFeatureInline(NestedTabularInline):
    """What a safety system does."""

    model = SafetyFeature
    parent_relation = "features"
    verbose_name_plural = _("features")
    fields = ["feature_name", "order_index"]


class SafetySystemInline(StationInlineMixin, PortalStackedInline):
    """Safety systems, each with its features."""

    model = SafetySystem
    inlines = [SafetyFeatureInline]
    fields = complete(SafetySystem, [("name", "manufacturer"), "description", "order_index"])

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """Load all features at once."""
        features = Prefetch("features", SafetyFeature.objects.order_by("order_index", "pk"))
        return super().get_queryset(request).prefetch_related(features)


class GasSourceInline(StationInlineMixin, PortalTabularInline):
    """Fields and pipelines that supply the station."""

    model = GasSource
    fields = complete(GasSource, ["source_name", "order_index"])
    show_title = False


class NamedByFileForm(forms.ModelForm):
    """A row that takes the name of its file as its title where none was typed."""

    key_field: ClassVar[str]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "title" in self.fields:
            self.fields["title"].required = False
            self.fields["title"].help_text = _("Empty: the name of the file.")

    def clean(self) -> dict[str, Any]:
        """Fill an empty title."""
        super().clean()
        cleaned = self.cleaned_data
        key = cleaned.get(self.key_field)
        if key and not cleaned.get("title"):
            upload = ready_file(key)
            name = upload.original_name if upload else key.rsplit("/", 1)[-1]
            cleaned["title"] = name.rpartition(".")[0] or name
        return cleaned


class PhotoForm(NamedByFileForm):
    """A picture."""

    key_field = "image_url"


class DocumentForm(NamedByFileForm):
    """A regulation."""

    key_field = "file_url"


class PhotoInline(StationInlineMixin, PortalStackedInline):
    """Pictures."""

    model = StationPhoto
    form = PhotoForm
    takes_files = True
    fields = complete(StationPhoto, [("title", "view"), "image_url", "order_index"])
    upload_fields = {
        "image_url": Upload(
            ("image",), "stations/{id}/photos", several=True, bare_folder="stations"
        )
    }


class DocumentInline(StationInlineMixin, UnorderedMixin, PortalStackedInline):
    """Regulations."""

    model = NormativeDocument
    form = DocumentForm
    takes_files = True
    fields = complete(NormativeDocument, ["title", "file_url"])
    upload_fields = {
        "file_url": Upload(("pdf", "document"), "stations/{id}/documents", several=True)
    }


class PromoVideoInline(StationInlineMixin, UnorderedMixin, PortalStackedInline):
    """The introduction video."""

    model = PromoVideo
    fields = ["title", "object_key", "is_active"]
    upload_fields = {"object_key": Upload(("video",), "stations/{id}/videos")}
