"""Links on the portal's own origin: what they open, and that nothing can be changed."""

from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

import pytest

from media_admin.errors import SignatureRefused
from media_admin.services import signed_links

KEY = "stations/1/Схема № 1 (100%) #2?.pdf"


def _link(**named):
    options = {"content_type": "application/pdf", "expires_in_seconds": 3600} | named
    parts = urlsplit(signed_links.make(KEY, **options))
    key = unquote(parts.path.removeprefix(signed_links.URL_PREFIX))
    return key, dict(parse_qsl(parts.query))


def test_a_link_names_file_type_and_name():
    key, query = _link(download_name="План работ.pdf")

    wanted = signed_links.read(key, query)

    assert (wanted.key, wanted.content_type) == (KEY, "application/pdf")
    assert wanted.download_name == "План работ.pdf"


def test_a_link_without_a_name_is_shown_and_not_saved():
    assert signed_links.read(*_link()).download_name is None


def test_an_expired_link_is_refused(monkeypatch):
    key, query = _link()
    now = signed_links.time.time()
    monkeypatch.setattr(signed_links.time, "time", lambda: now + 3599)
    signed_links.read(key, query)
    monkeypatch.setattr(signed_links.time, "time", lambda: now + 3602)

    with pytest.raises(SignatureRefused):
        signed_links.read(key, query)


@pytest.mark.parametrize(
    "change",
    [
        {"t": "text/html"},
        {"e": "zzzzzz"},
        {"n": "other.exe"},
        {"s": "0" * 64},
        {"s": "б"},
        {"s": ""},
        {"e": None},
        {"t": None},
        {"s": None},
    ],
)
def test_a_changed_link_is_refused(change):
    key, query = _link()
    changed = {name: value for name, value in (query | change).items() if value is not None}

    with pytest.raises(SignatureRefused):
        signed_links.read(key, changed)


def test_a_link_for_one_file_opens_no_other():
    _key, query = _link()

    with pytest.raises(SignatureRefused):
        signed_links.read("stations/1/other.pdf", query)


def test_a_link_shows_nothing_of_the_store():
    assert "Amz" not in urlencode(_link()[1])
