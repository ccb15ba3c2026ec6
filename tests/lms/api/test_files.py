"""Files as the client reads them: links, folders, streams; who may read which file."""

from urllib.parse import quote

import pytest
from django.conf import settings as django_settings
from django.test import Client

from lms.models import Department, PromoVideo, Role, Station, TopicFile
from media_admin.services import objects
from media_admin.storage import get_object_storage
from tests import factories
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db

BODY = bytes(range(256)) * 4000
LEARNING = "stations/1/course_program/topics/t/Порядок № 1 (100% готово) [a+b].pdf"
PICTURE = "stations/1/photos/общий вид.jpg"
SECRET = "exports/отчёт.xlsx"


@pytest.fixture
def stored_files(db):
    """Store a learning file, a public picture and a file that nothing uses."""
    for key, kind in ((LEARNING, "application/pdf"), (PICTURE, "image/jpeg"), (SECRET, "text/csv")):
        objects.store_bytes(key, BODY, content_type=kind)
    factories.TopicFileFactory(minio_object_name=LEARNING)
    factories.StationFactory(image=PICTURE)
    yield
    for key in (LEARNING, PICTURE, SECRET):
        objects.delete(key)


def _stream(client, key=LEARNING, kind="stream", **headers):
    path = quote(key, safe="") if kind == "stream" else quote(key)
    named = {f"HTTP_{name.upper()}": value for name, value in headers.items()}
    return _read(client.get(f"/files/{kind}/{path}", **named))


def _read(response):
    """Consume a stream at once, so that its file or connection is closed whatever is asserted."""
    if response.streaming:
        response.received = b"".join(response.streaming_content)
    else:
        response.received = response.content
    return response


def _body(response):
    return response.received


@pytest.mark.parametrize("kind", ["stream", "video"])
def test_the_whole_file_comes_with_its_headers(sign_in, stored_files, kind):
    response = _stream(sign_in(), kind=kind)

    assert response.status_code == 200
    assert _body(response) == BODY
    assert response["Content-Length"] == str(len(BODY))
    assert response["Content-Type"] == "application/pdf"
    assert response["Accept-Ranges"] == "bytes"
    assert response["ETag"].startswith('"')
    assert response["Last-Modified"].endswith("GMT")


@pytest.mark.parametrize(
    ("header", "start", "stop"),
    [
        ("bytes=0-", 0, len(BODY)),
        ("bytes=0-0", 0, 1),
        ("bytes=100-199", 100, 200),
        ("bytes=-500", len(BODY) - 500, len(BODY)),
        ("bytes=-99999999", 0, len(BODY)),
        ("bytes=1000000-99999999", 1_000_000, len(BODY)),
    ],
)
def test_a_range_is_answered_with_exactly_its_bytes(sign_in, stored_files, header, start, stop):
    response = _stream(sign_in(), range=header)

    assert response.status_code == 206
    assert response["Content-Range"] == f"bytes {start}-{stop - 1}/{len(BODY)}"
    assert response["Content-Length"] == str(stop - start)
    assert _body(response) == BODY[start:stop]


@pytest.mark.parametrize("header", ["bytes=9999999-", "bytes=1024000-1024001", "bytes=-0"])
def test_a_range_beyond_the_end_is_416_with_the_size(sign_in, stored_files, header):
    response = _stream(sign_in(), range=header)

    assert response.status_code == 416
    assert response["Content-Range"] == f"bytes */{len(BODY)}"
    assert response.json()["error"] == "Диапазон вне файла"


@pytest.mark.parametrize("header", ["bytes=5-2", "bytes=a-b", "items=0-1", "bytes=0-1,x", "bytes="])
def test_an_invalid_range_gives_the_whole_file(sign_in, stored_files, header):
    assert _stream(sign_in(), range=header).status_code == 200


def test_head_sends_headers_without_a_body(sign_in, stored_files):
    response = _read(sign_in().head(f"/files/video/{quote(LEARNING)}"))

    assert response.status_code == 200
    assert response["Content-Length"] == str(len(BODY))
    assert _body(response) == b""


def test_an_unchanged_file_is_304(sign_in, stored_files):
    client = sign_in()
    first = _stream(client)

    by_tag = _stream(client, if_none_match=f'"other", W/{first["ETag"]}')
    by_date = _stream(client, if_modified_since=first["Last-Modified"])
    changed = _stream(client, if_none_match='"other"')

    assert (by_tag.status_code, by_date.status_code, changed.status_code) == (304, 304, 200)
    assert by_tag["ETag"] == first["ETag"]


def test_if_range_sends_a_part_only_of_the_same_version(sign_in, stored_files):
    client = sign_in()
    first = _stream(client)
    same = {"range": "bytes=0-9"}

    assert _stream(client, if_range=first["ETag"], **same).status_code == 206
    assert _stream(client, if_range='"other"', **same).status_code == 200
    assert _stream(client, if_range=f"W/{first['ETag']}", **same).status_code == 200


@pytest.mark.parametrize("way", ["bearer", "cookie"])
def test_many_ranges_ask_neither_the_database_nor_the_store(
    make_user, sign_in, stored_files, monkeypatch, django_assert_num_queries, way
):
    client = sign_in() if way == "bearer" else Client()
    if way == "cookie":
        make_user()
        body = {"username": "karimov", "password": PASSWORD}
        client.post("/auth/login", body, content_type="application/json")
    _stream(client, kind="video", range="bytes=0-9")
    store = type(get_object_storage())
    monkeypatch.setattr(store, "stat", lambda *_arguments: pytest.fail("the store was asked"))

    with django_assert_num_queries(0):
        for start in range(5):
            assert _stream(client, kind="video", range=f"bytes={start}-").status_code == 206


def test_the_media_cookie_opens_a_video_until_the_session_ends(
    make_user, stored_files, django_capture_on_commit_callbacks
):
    make_user()
    browser = Client()
    body = {"username": "karimov", "password": PASSWORD}
    tokens = browser.post("/auth/login", body, content_type="application/json").json()
    opened = _stream(browser, kind="video")
    cookie = browser.cookies[django_settings.MEDIA_COOKIE_NAME].value

    with django_capture_on_commit_callbacks(execute=True):
        logout = {"refreshToken": tokens["refreshToken"]}
        browser.post("/auth/logout", logout, content_type="application/json")
    browser.cookies[django_settings.MEDIA_COOKIE_NAME] = cookie

    assert opened.status_code == 200
    assert _stream(browser, kind="video").status_code == 401


@pytest.mark.parametrize(
    ("role", "learning", "picture", "secret"),
    [
        (None, 401, 200, 404),
        (Role.USER, 200, 200, 404),
        (Role.HR, 200, 200, 200),
        (Role.INSTRUCTOR, 200, 200, 200),
        (Role.ADMIN, 200, 200, 200),
    ],
)
def test_who_may_read_what_follows_from_the_use(
    api_client, sign_in, stored_files, role, learning, picture, secret
):
    client = sign_in(role) if role else api_client

    streams = [_stream(client, key).status_code for key in (LEARNING, PICTURE, SECRET)]
    links = [
        client.get("/files/presign", {"key": key}).status_code
        for key in (LEARNING, PICTURE, SECRET)
    ]

    assert streams == [learning, picture, secret]
    assert links == [learning, picture, secret]


def test_every_picture_of_a_public_page_is_public(api_client):
    Station.objects.create(name="a", short_name="a", image="WKC1.jpg", tech_map_image="м.png")
    Department.objects.create(short_name="d", image="departments/3/images/к.jpg")
    video = factories.StationFactory()
    PromoVideo.objects.create(station=video, object_key="stations/1/promo_video/о.mp4")
    keys = ["stations/WKC1.jpg", "tex_kart/м.png", "departments/3/images/к.jpg"]
    keys.append("stations/1/promo_video/о.mp4")

    codes = [api_client.get("/files/presign", {"key": key}).status_code for key in keys]

    assert codes == [200] * 4


def test_a_presigned_link_works_without_any_header(sign_in, stored_files):
    response = sign_in().get("/files/presign", {"key": LEARNING, "expiresIn": "3600"})

    url = response.json()["url"]
    if url.startswith("/api/"):
        assert _body(_read(Client().get(url))) == BODY
    else:
        import urllib.request

        with urllib.request.urlopen(url) as answer:
            assert answer.read() == BODY


@pytest.mark.parametrize("key", ["", "/", None])
def test_presign_without_a_key_is_400(api_client, key):
    response = api_client.get("/files/presign", {"key": key} if key is not None else {})

    assert (response.status_code, response.json()["error"]) == (400, "Не указан key")


@pytest.mark.parametrize(
    "key", ["нет такого/файла.pdf", "../../etc/passwd", "a//b", "x" * 2000, "a\0b"]
)
def test_an_unknown_key_is_404_for_everyone(api_client, sign_in, key):
    for client in (api_client, sign_in()):
        response = client.get("/files/presign", {"key": key})
        assert (response.status_code, response.json()["error"]) == (404, "Файл не найден")


def test_presign_upload_is_for_editors_and_their_folders(sign_in):
    body = {"key": "uploads/1763300000000-report.pdf", "contentType": "application/pdf"}
    elsewhere = body | {"key": "avatars/x/1.webp"}

    def post(role, data):
        return sign_in(role, f"{role}{data['key'][:3]}").post(
            "/files/presign-upload", data, format="json"
        )

    assert post(Role.INSTRUCTOR, body).status_code == 200
    assert post(Role.ADMIN, body).status_code == 200
    assert post(Role.USER, body).status_code == 403
    assert post(Role.HR, body).status_code == 403
    assert post(Role.ADMIN, elsewhere).status_code == 403


def test_a_folder_lists_what_the_caller_may_read(sign_in, stored_files):
    employee, admin = sign_in(), sign_in(Role.ADMIN)
    folder = {"prefix": "exports"}

    seen = admin.get("/files/folder-contents", folder).json()
    hidden = employee.get("/files/folder-contents", folder).json()
    empty = employee.get("/files/folder-contents", {"prefix": "Нет такой"}).json()

    assert [file["objectName"] for file in seen["files"]] == [SECRET]
    assert seen["files"][0]["size"] == len(BODY)
    assert hidden == empty == {"folders": [], "files": []}


def test_exists_describes_or_denies(sign_in, stored_files):
    client = sign_in()

    known = client.get("/files/exists", {"key": LEARNING}).json()
    unknown = client.get("/files/exists", {"key": "нет"})
    secret = client.get("/files/exists", {"key": SECRET})

    assert (known["exists"], known["size"], known["key"]) == (True, len(BODY), LEARNING)
    assert (unknown.status_code, unknown.json()) == (404, {"exists": False})
    assert (secret.status_code, secret.json()) == (404, {"exists": False})


def test_a_presign_of_a_known_file_asks_the_store_nothing(
    sign_in, stored_files, monkeypatch, django_assert_max_num_queries
):
    def refuse(key):
        raise AssertionError("the store was asked")

    monkeypatch.setattr(objects, "stat", refuse)
    client = sign_in()
    client.get("/auth/me")
    with django_assert_max_num_queries(1):
        response = client.get("/files/presign", {"key": LEARNING})

    assert response.status_code == 200


def test_a_switched_off_file_is_closed_to_learners_and_open_to_staff(sign_in, stored_files):
    TopicFile.objects.filter(minio_object_name=LEARNING).update(is_active=False)

    assert _stream(sign_in()).status_code == 404
    assert _stream(sign_in(Role.INSTRUCTOR)).status_code == 200
