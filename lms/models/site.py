"""Settings of the client's home page."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from lms.models.base import OrderedModel, TimestampedModel
from lms.models.bin import BinnableModel
from lms.models.content import ContentModel


class SiteSettings(ContentModel, TimestampedModel):
    """The one row of settings; its number is 1."""

    id = models.IntegerField(primary_key=True, default=1, editable=False)
    hero_background_image = models.CharField(
        _("background of the home page"), max_length=1000, null=True, blank=True
    )

    class Meta:
        db_table = "site_settings"
        verbose_name = _("site settings")
        verbose_name_plural = _("site settings")

    def __str__(self) -> str:
        return str(self._meta.verbose_name)


class HeroSliderImage(BinnableModel, OrderedModel, TimestampedModel):
    """A picture of the home page's slider."""

    key = models.CharField(_("picture"), max_length=1000)
    is_active = models.BooleanField(_("active"), default=True, db_default=True, null=True)

    class Meta(OrderedModel.Meta):
        db_table = "hero_slider_images"
        verbose_name = _("slider picture")
        verbose_name_plural = _("slider pictures")

    def __str__(self) -> str:
        return self.key
