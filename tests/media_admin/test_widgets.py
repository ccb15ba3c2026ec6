"""The upload field of admin forms: what it shows, and which keys it accepts."""

import json
from html import unescape

import pytest
from django import forms

from media_admin.models import MediaFile
from media_admin.services.upload_targets import UploadTarget, read_target
from media_admin.widgets import DirectUploadField

OLD = "stations/1/images/1763000100000_общий вид & план.jpg"
NEW = "stations/1/images/1763000200000_new.jpg"


def _form(data=None, *, initial=OLD, required=False, **options):
    class PictureForm(forms.Form):
        image = DirectUploadField(
            prefix="stations/1/images",
            accepted_kinds=("image",),
            required=required,
            empty_value=None,
            **options,
        )

    return PictureForm(data, initial={"image": initial})


def _html(form):
    return str(form["image"])


def _config(html):
    return json.loads(unescape(html.split('data-config="')[1].split('"')[0]))


def _register(state="ready", kind="image"):
    return MediaFile.objects.create(
        key=NEW,
        original_name="new.jpg",
        kind=kind,
        content_type="image/jpeg",
        size_bytes=9,
        state=state,
    )


def test_the_stored_file_is_shown_by_its_name_with_a_picture_and_a_link():
    html = _html(_form())

    assert 'value="stations/1/images/1763000100000_общий вид &amp; план.jpg"' in html
    assert "data-name>общий вид &amp; план.jpg<" in html
    assert html.count('href="/admin/media/preview?key=stations%2F1%2Fimages%2F1763000100000_') == 2
    assert 'src="/admin/media/preview?key=' in html
    assert 'accept=".jpg,.jpeg,.png,.gif,.webp"' in html


def test_the_target_is_signed_so_that_a_browser_cannot_change_it():
    config = _config(_html(_form()))

    assert read_target(config["target"]) == UploadTarget("stations/1/images", ("image",))
    assert config["limits"][".png"] == 25 * 1024 * 1024


def test_a_hostile_value_stays_text():
    html = _html(_form(initial='"><script>alert(1)</script>'))

    assert "<script>" not in html


@pytest.mark.parametrize(
    ("value", "address"),
    [
        ("https://example.com/a.jpg", 'href="https://example.com/a.jpg"'),
        ("a.jpg", 'href="/admin/media/preview?key=stations%2Fa.jpg"'),
    ],
)
def test_values_of_older_installations_are_opened_in_their_folder(value, address):
    assert address in _html(_form(initial=value, bare_folder="stations"))


@pytest.mark.parametrize("value", ["/static/a.jpg", "javascript:alert(1)"])
def test_a_value_that_is_no_key_gets_no_link(value):
    html = _html(_form(initial=value))

    assert f'href="{value}"' not in html


@pytest.mark.django_db
def test_showing_fields_asks_the_database_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        _html(_form())


def test_a_click_on_the_label_opens_the_dialog():
    form = _form()

    assert 'for="id_image_file"' in form["image"].label_tag()
    assert 'id="id_image_file"' in _html(form)


def test_the_script_is_a_module():
    assert 'type="module"' in str(_form().media)
    assert "media_admin/direct-upload.css" in str(_form().media)


def test_several_files_at_once_only_where_the_form_has_rows():
    assert " multiple " not in _html(_form())
    assert " multiple " in _html(_form(multiple=True))


def test_the_stored_key_is_kept_although_it_was_never_uploaded():
    form = _form({"image": OLD})

    assert form.is_valid()
    assert not form.has_changed()


@pytest.mark.django_db
def test_a_finished_upload_is_accepted():
    _register()

    form = _form({"image": NEW})

    assert form.is_valid()
    assert form.cleaned_data == {"image": NEW}


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["pending", "failed"])
def test_an_upload_that_has_not_ended_well_is_refused(state):
    _register(state)

    assert _form({"image": NEW}).errors.as_data()["image"][0].code == "not_uploaded"


@pytest.mark.django_db
def test_a_key_that_was_never_uploaded_is_refused():
    form = _form({"image": "avatars/someone/else.jpg"})

    assert form.errors.as_data()["image"][0].code == "not_uploaded"


@pytest.mark.django_db
def test_a_file_of_another_kind_is_refused():
    _register(kind="video")

    assert _form({"image": NEW}).errors.as_data()["image"][0].code == "type_not_allowed"


@pytest.mark.parametrize(("required", "valid"), [(False, True), (True, False)])
def test_a_removed_file_leaves_the_field_empty(required, valid):
    form = _form({"image": ""}, required=required)

    assert form.is_valid() is valid
    assert form.cleaned_data.get("image") is None


@pytest.mark.django_db
def test_two_forms_do_not_share_the_stored_key():
    first, second = _form({"image": OLD}), _form({"image": OLD}, initial=None)

    assert first.is_valid()
    assert not second.is_valid()
