"""Links to objects: how long they live, and what a browser may show by them."""

import io

import pytest
from django.test import Client

from media_admin.errors import InvalidKey, TypeNotAllowed
from media_admin.services import objects


def _disposition(key, **options):
    response = Client().get(objects.presign_download(key, expires_in_seconds=60, **options))
    b"".join(response.streaming_content)
    return response["Content-Type"], response["Content-Disposition"].partition(";")[0]


@pytest.mark.parametrize(
    ("name", "content_type", "shown"),
    [
        ("a.pdf", None, ("application/pdf", "inline")),
        ("a.mp4", None, ("video/mp4", "inline")),
        ("a.webp", None, ("image/webp", "inline")),
        ("noext", "image/jpeg", ("image/jpeg", "inline")),
        ("a.html", None, ("text/html", "attachment")),
        ("a.svg", None, ("image/svg+xml", "attachment")),
        ("a.xml", None, ("application/xml", "attachment")),
        ("a.docx", None, (objects.guessed_type("a.docx"), "attachment")),
        ("a.js", None, ("text/javascript", "attachment")),
    ],
)
@pytest.mark.django_db
def test_a_link_shows_only_what_cannot_run_scripts(local_store, name, content_type, shown):
    local_store.put(f"docs/{name}", io.BytesIO(b"x"), content_type="text/html")

    assert _disposition(f"docs/{name}", content_type=content_type) == shown


@pytest.mark.django_db
def test_a_link_with_a_name_saves_the_file(local_store):
    local_store.put("a.pdf", io.BytesIO(b"x"), content_type="application/pdf")

    assert _disposition("a.pdf", download_name="Отчёт.pdf") == ("application/pdf", "attachment")


@pytest.mark.parametrize(
    ("key", "content_type"),
    [
        ("stations/x.html", "text/html"),
        ("stations/x.svg", "image/svg+xml"),
        ("stations/x.html", "image/png"),
        ("stations/x.png", "text/html"),
        ("stations/x", "image/png"),
        ("stations/x.exe", "application/octet-stream"),
    ],
)
def test_no_upload_link_for_types_outside_of_the_table(local_store, key, content_type):
    with pytest.raises(TypeNotAllowed):
        objects.presign_upload(key, content_type=content_type, expires_in_seconds=60)


def test_no_upload_link_that_leaves_its_folder(local_store):
    with pytest.raises(InvalidKey):
        objects.presign_upload(
            "stations/../avatars/a.png", content_type="image/png", expires_in_seconds=60
        )


@pytest.mark.parametrize(
    ("wanted", "given"), [(0, 18_000), (3600, 18_000), (86_400, 86_400), (10**9, 604_800)]
)
def test_a_download_link_lives_between_five_hours_and_seven_days(wanted, given):
    assert objects.link_seconds(wanted) == given
