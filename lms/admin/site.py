"""The home page of the client in the admin."""

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from lms.admin.base import PortalModelAdmin
from lms.admin.filters import YesNoFilter
from lms.admin.labels import FLAG_COLOURS, shown, time_column
from lms.admin.upload_fields import Upload, thumbnail
from lms.models import HeroSliderImage, SiteSettings

_HAS_SETTINGS = "_portal_has_site_settings"


@admin.register(SiteSettings)
class SiteSettingsAdmin(PortalModelAdmin):
    """The one row of settings; the list leads straight to it."""

    fields = ["hero_background_image"]
    upload_fields = {"hero_background_image": Upload(("image",), "site")}

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Open the row, or the form that makes it."""
        if not self.has_view_or_change_permission(request):
            return super().changelist_view(request, extra_context)
        pk = SiteSettings.objects.values_list("pk", flat=True).first()
        if pk is None:
            return HttpResponseRedirect(reverse("admin:lms_sitesettings_add"))
        return HttpResponseRedirect(reverse("admin:lms_sitesettings_change", args=[pk]))

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Allow one row."""
        if not super().has_add_permission(request):
            return False
        # The frame of a page asks several times.
        if not hasattr(request, _HAS_SETTINGS):
            setattr(request, _HAS_SETTINGS, SiteSettings.objects.exists())
        return not getattr(request, _HAS_SETTINGS)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Keep the row: empty it instead."""
        return False


@admin.register(HeroSliderImage)
class HeroSliderImageAdmin(PortalModelAdmin):
    """Pictures of the slider in their order."""

    list_display = ["slide", "state", time_column("updated_at", _("changed"))]
    list_filter = [("is_active", YesNoFilter)]
    search_fields = ["key"]
    ordering = ["order_index", "pk"]
    ordering_field = "order_index"
    hide_ordering_field = True
    fields = ["key", "is_active"]
    upload_fields = {"key": Upload(("image",), "site/slider")}

    @display(description=_("picture"), header=True, ordering="key")
    def slide(self, obj: HeroSliderImage) -> tuple[Any, ...]:
        """Return the name of the file and the picture."""
        return obj.key.rsplit("/", 1)[-1], "", None, thumbnail(obj.key, self.upload_fields["key"])

    @display(description=_("state"), label=FLAG_COLOURS, ordering="is_active")
    def state(self, obj: HeroSliderImage) -> tuple[bool, Any]:
        """Return whether visitors see it."""
        return shown(obj.is_active)
