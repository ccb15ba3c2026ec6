"""The media library: usage, and deleting only what nothing shows."""

import pytest

from lms.models import Role
from media_admin.errors import FileInUse, ObjectMissing
from media_admin.models import MediaFile
from media_admin.services import library, objects
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("local_store")]


def _file(key: str) -> MediaFile:
    objects.store_bytes(key, b"x", content_type="image/jpeg")
    return MediaFile.objects.create(
        key=key, original_name=key, kind="image", size_bytes=1, state="ready"
    )


def test_usage_is_found_by_key_and_by_the_clients_bare_names():
    factories.StationFactory(image="WKC1.jpg", tech_map_image="tex_kart/м.png")
    factories.TopicFileFactory(minio_object_name="s/урок.pdf")
    keys = ["stations/WKC1.jpg", "tex_kart/м.png", "s/урок.pdf", "stations/other.jpg"]

    assert library.used_keys(keys) == set(keys[:3])


def test_a_file_in_use_is_kept():
    file = _file("stations/1/a.jpg")
    factories.StationFactory(image=file.key)

    with pytest.raises(FileInUse):
        library.delete_file(file)

    assert objects.stat(file.key).size_bytes == 1


def test_an_unused_file_goes_with_its_object():
    file = _file("stations/1/b.jpg")

    library.delete_file(file)

    assert MediaFile.objects.count() == 0
    with pytest.raises(ObjectMissing):
        objects.stat("stations/1/b.jpg")


def test_the_action_deletes_all_or_none(admin_client_for):
    used, unused = _file("stations/1/a.jpg"), _file("stations/1/b.jpg")
    factories.StationFactory(image=used.key)
    client = admin_client_for(Role.INSTRUCTOR)
    path = "/admin/media_admin/mediafile/"

    asked = client.post(path, {"action": "delete_unused", "_selected_action": [unused.pk]})
    assert "Удалить навсегда 1 файл?" in asked.content.decode()
    assert MediaFile.objects.count() == 2
    both = {"action": "delete_unused", "_selected_action": [used.pk, unused.pk], "post": "2"}
    client.post(path, both)
    after_both = MediaFile.objects.count()
    client.post(path, {"action": "delete_unused", "_selected_action": [unused.pk], "post": "1"})

    assert after_both == 2
    assert list(MediaFile.objects.values_list("pk", flat=True)) == [used.pk]


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.ADMIN, 200), (Role.INSTRUCTOR, 200), (Role.HR, 403), (Role.USER, 302)],
)
def test_who_may_see_the_library(admin_client_for, role, status):
    _file("stations/1/a.jpg")

    assert admin_client_for(role).get("/admin/media_admin/mediafile/").status_code == status


def test_a_file_is_described_in_words(admin_client_for):
    file = _file("stations/1/a.jpg")

    page = admin_client_for(Role.INSTRUCTOR).get(f"/admin/media_admin/mediafile/{file.pk}/change/")

    assert "готов" in page.content.decode()
    assert "(&#x27;" not in page.content.decode()


def test_the_question_leaves_the_badge_in_the_head_as_it_is(admin_client_for):
    client, file = admin_client_for(Role.INSTRUCTOR), _file("stations/1/a.jpg")
    path = "/admin/media_admin/mediafile/"
    asked = client.post(path, {"action": "delete_unused", "_selected_action": [file.pk]})

    assert asked.context_data["answer_variant"] == "danger"
    # Names that unfold's own parts of the page read as well.
    assert not {"variant", "icon"} & set(asked.context_data)


def test_the_list_remembers_its_order_and_counts_in_words_that_fit(admin_client_for):
    _file("stations/1/a.jpg")
    _file("stations/1/b.jpg")
    client = admin_client_for(Role.INSTRUCTOR)
    path = "/admin/media_admin/mediafile/"

    client.get(f"{path}?o=-4")
    reopened = client.get(path)

    assert (reopened.status_code, reopened["Location"]) == (302, f"{path}?o=-4")
    assert "Всего: 2" in client.get(f"{path}?o=-4").content.decode()
