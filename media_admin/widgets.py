"""Form field and widget that upload a file directly to the store and keep its object key."""

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _

from media_admin import keys, kinds
from media_admin.services.upload_targets import UploadTarget, sign_target
from media_admin.services.uploaded_files import ready_file

_PICTURES = frozenset({".jpg", ".jpeg", ".png", ".gif", ".webp", ".svg"})


class DirectUploadWidget(forms.Widget):
    """Choose or drop a file; a hidden input holds the key of what has arrived.

    `prefix` is the folder of new keys, `bare_folder` that of values without a slash.
    With `multiple`, further files dropped on a row of an inline go into new rows.
    """

    template_name = "media_admin/direct_upload.html"

    def __init__(
        self,
        *,
        prefix: str,
        accepted_kinds: Sequence[str],
        multiple: bool = False,
        bare_folder: str = "",
        attrs: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(attrs)
        self.prefix = prefix
        self.accepted_kinds = tuple(accepted_kinds)
        self.multiple = multiple
        self.bare_folder = bare_folder

    @property
    def media(self) -> forms.Media:
        """Return the module and the style sheet."""
        return forms.Media(
            css={"all": ["media_admin/direct-upload.css"]},
            # The stubs know only texts here.
            js=[forms.Script("media_admin/direct-upload.js", type="module")],  # type: ignore[list-item]
        )

    def id_for_label(self, id_: str) -> str:
        """Return the id of the file input, so that a click on the label opens the dialog."""
        return f"{id_}_file" if id_ else id_

    def use_required_attribute(self, initial: object) -> bool:
        """Return False: browsers do not check a hidden input, so the server does."""
        return False

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Add the values that the template and the script need."""
        context = super().get_context(name, value, attrs)
        shown = str(value) if value else ""
        address = self._address(shown)
        suffixes = kinds.extensions(self.accepted_kinds)
        context["widget"] |= {
            "key": shown,
            "file_name": keys.display_name(shown),
            "address": address,
            "is_picture": bool(address) and keys.extension(shown) in _PICTURES,
            "accept": ",".join(suffixes),
            "multiple": self.multiple,
            "limits": self._limits(),
            "config": json.dumps(self._config(suffixes), ensure_ascii=False),
        }
        return context

    def _address(self, key: str) -> str:
        if not key or key.startswith("/"):
            return ""
        if key.startswith(("http://", "https://")):
            return key
        if "/" not in key and self.bare_folder:
            key = f"{self.bare_folder}/{key}"
        return f"{reverse('media-preview')}?{urlencode({'key': key})}"

    def _limits(self) -> list[str]:
        lines = []
        for kind in self.accepted_kinds:
            types = ", ".join(suffix[1:].upper() for suffix in kinds.extensions((kind,)))
            limit = filesizeformat(settings.UPLOAD_LIMITS_BYTES[kind])
            lines.append(_("%(types)s: up to %(limit)s") % {"types": types, "limit": limit})
        return lines

    def _config(self, suffixes: list[str]) -> dict[str, object]:
        return {
            "target": sign_target(UploadTarget(self.prefix, self.accepted_kinds)),
            # Identifies the target across page loads; the token is a new one each time.
            "scope": f"{self.prefix}|{','.join(self.accepted_kinds)}",
            "uploads": reverse("media-upload-start"),
            "preview": reverse("media-preview"),
            "parallel": settings.UPLOAD_PARALLEL_PARTS,
            "limits": {
                suffix: settings.UPLOAD_LIMITS_BYTES[kinds.TYPES[suffix].kind]
                for suffix in suffixes
            },
            "pictures": sorted(_PICTURES),
            "texts": _texts(),
        }


class DirectUploadField(forms.CharField):
    """Holds the key of an uploaded file; a new key has to belong to a finished upload."""

    def __init__(
        self,
        *,
        prefix: str,
        accepted_kinds: Sequence[str],
        multiple: bool = False,
        bare_folder: str = "",
        **kwargs: Any,
    ) -> None:
        kwargs["widget"] = DirectUploadWidget(
            prefix=prefix,
            accepted_kinds=accepted_kinds,
            multiple=multiple,
            bare_folder=bare_folder,
        )
        super().__init__(**kwargs)
        self.accepted_kinds = tuple(accepted_kinds)
        self._stored: object = None

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> BoundField:
        """Remember the stored key, which stays allowed even if it was never uploaded here."""
        self._stored = form.get_initial_for_field(self, field_name)
        return super().get_bound_field(form, field_name)

    def clean(self, value: object) -> str | None:
        """Accept the stored key or a finished upload of an accepted kind."""
        key: str | None = super().clean(value)
        if not key or key == self._stored:
            return key
        file = ready_file(key)
        if file is None:
            raise ValidationError(
                _("This upload has not finished. Upload the file again."), code="not_uploaded"
            )
        if file.kind not in self.accepted_kinds:
            raise ValidationError(
                _("Files of this type are not accepted here."), code="type_not_allowed"
            )
        return key


def _texts() -> dict[str, str | list[str]]:
    return {
        "waiting": _("Waiting for other uploads"),
        "starting": _("Preparing"),
        "uploading": _("Uploading"),
        "retrying": _("Connection lost, trying again"),
        "offline": _("No network, waiting for it"),
        "checking": _("Checking the file"),
        "done": _("Uploaded. Save the page to keep the file."),
        "failed": _("Upload failed"),
        "cancelled": _("Upload cancelled"),
        "removed": _("File removed. Save the page to keep this change."),
        "missing": _("This file is not in the store."),
        "network": _("The connection was lost. Check the network and try again."),
        "unexpected": _("The server gave an unexpected answer. Try again in a minute."),
        "refused": _("The file store refused the file. Try again."),
        "changed": _("The file cannot be read any more. Choose it again."),
        "tooLarge": _("{name} is {size}; the limit is {limit}."),
        "wrongType": _("{name}: files of this type are not accepted here. Accepted: {types}."),
        "empty": _("{name} is empty."),
        "tooMany": _("Only one file can be uploaded here; the first one was used."),
        "busy": _("Wait until the upload ends, or cancel it, and then save."),
        "speed": _("{size}/s"),
        "secondsLeft": _("{count} s left"),
        "minutesLeft": _("{count} min left"),
        "hoursLeft": _("{hours} h {minutes} min left"),
        "progress": _("{loaded} of {total}"),
        "percent": _("{name}: {percent} %"),
        "units": [_("B"), _("KB"), _("MB"), _("GB"), _("TB")],
    }
