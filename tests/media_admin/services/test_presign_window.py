"""A link that is requested again is the same one for ten minutes, and is not signed again."""

from media_admin.services import objects


def test_the_same_link_within_ten_minutes_and_another_after(monkeypatch):
    clock = [6_000_000.0]
    monkeypatch.setattr(objects.time, "time", lambda: clock[0])
    first = objects.presign_download("stations/1/a.pdf", expires_in_seconds=0)
    clock[0] += objects.SAME_LINK_SECONDS - 1
    again = objects.presign_download("stations/1/a.pdf", expires_in_seconds=0)
    before = objects._signed.cache_info().misses
    objects.presign_download("stations/1/a.pdf", expires_in_seconds=0)
    clock[0] += 1
    objects.presign_download("stations/1/a.pdf", expires_in_seconds=0)

    assert first == again
    assert objects._signed.cache_info().misses == before + 1


def test_another_key_type_or_name_is_another_link():
    ask = objects.presign_download
    links = {
        ask("stations/1/a.pdf", expires_in_seconds=0),
        ask("stations/1/b.pdf", expires_in_seconds=0),
        ask("stations/1/a.pdf", expires_in_seconds=0, content_type="application/octet-stream"),
        ask("stations/1/a.pdf", expires_in_seconds=0, download_name="План.pdf"),
        ask("stations/1/a.pdf", expires_in_seconds=6 * 24 * 3600),
    }

    assert len(links) == 5
