"""Object keys: hostile names never escape the prefix, good names stay readable."""

import unicodedata

import pytest

from media_admin import keys
from media_admin.errors import InvalidKey

MS = 1763000100000


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("общий вид.jpg", "общий_вид.jpg"),
        ("Схема № 1 (100%) + план.pdf", "Схема_№_1_(100%)_+_план.pdf"),
        ("a \t\n  b.pdf", "a_b.pdf"),
        ("..", "file"),
        ("", "file"),
        ("...", "file"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\windows\\system.ini", "system.ini"),
        ("/absolute.pdf", "absolute.pdf"),
        (".htaccess", "htaccess"),
        ("a\x00b\x01.pdf", "ab.pdf"),
        ("gpj\u202exe.pdf", "gpjxe.pdf"),
        ("a\u2028b.pdf", "a_b.pdf"),
        ("مخطط.pdf", "مخطط.pdf"),
        ("план 🔧.pdf", "план_🔧.pdf"),
        ("100%25.pdf", "100%25.pdf"),
    ],
)
def test_a_name_is_made_harmless_below_its_prefix(name, expected):
    assert (
        keys.build("stations/1/docs", name, milliseconds=MS) == f"stations/1/docs/{MS}_{expected}"
    )


def test_a_decomposed_name_is_composed():
    decomposed = unicodedata.normalize("NFD", "Йод й.pdf")

    assert keys.build("a", decomposed, milliseconds=MS) == f"a/{MS}_Йод_й.pdf"


@pytest.mark.parametrize("letter", ["a", "ж", "🔧"])
def test_a_long_name_is_cut_and_keeps_its_extension(letter):
    key = keys.build("stations/1/docs", letter * 2000 + ".pdf", milliseconds=MS)

    assert key.endswith(f"{letter}.pdf")
    assert len(key) <= 1000
    assert len(key.encode()) <= 1024


@pytest.mark.parametrize(
    "prefix", ["", "/a", "a/", "a//b", "a/../b", "..", "a/./b", "a\\b", "a\nb"]
)
def test_a_prefix_that_leaves_its_folder_is_refused(prefix):
    with pytest.raises(InvalidKey):
        keys.build(prefix, "x.pdf", milliseconds=MS)


def test_a_prefix_that_leaves_no_room_for_a_name_is_refused():
    with pytest.raises(InvalidKey):
        keys.build("p" * 999, "x.pdf", milliseconds=MS)


@pytest.mark.parametrize(
    "key",
    [
        "",
        "/a",
        "a/",
        "a//b",
        "..",
        "a/..",
        "../a",
        "a/../b",
        "a/./b",
        "a\\b",
        "a\x00b",
        "a\rb",
        "a\x7fb",
        "a\u202eb",
        "a\ud800b",
        "x" * 1001,
        "ж" * 513,
    ],
)
def test_a_key_that_the_store_or_a_url_cannot_hold_is_refused(key):
    assert not keys.is_valid(key)
    with pytest.raises(InvalidKey):
        keys.validated(key)


@pytest.mark.parametrize(
    "key",
    ["a", "a..b/c", "Памятки смены/памятка № 1.pdf", "a b/%2F+&?#=.pdf", "x" * 1000, "ж" * 512],
)
def test_a_valid_key_is_not_changed(key):
    assert keys.validated(key) == key


@pytest.mark.parametrize(
    ("key", "name"),
    [
        (f"stations/1/docs/{MS}_план.pdf", "план.pdf"),
        ("Памятки/план.pdf", "план.pdf"),
        (f"a/{MS}_", f"{MS}_"),
        ("123_4.pdf", "123_4.pdf"),
        ("", ""),
    ],
)
def test_people_see_the_name_without_folder_and_time(key, name):
    assert keys.display_name(key) == name


@pytest.mark.parametrize(
    ("name", "extension"),
    [
        ("a.PDF", ".pdf"),
        ("a.b/c", ""),
        (".htaccess", ""),
        ("a.", ""),
        ("a.tar.gz", ".gz"),
        ("a.b-very-long-end", ""),
    ],
)
def test_the_extension_is_that_of_the_last_segment(name, extension):
    assert keys.extension(name) == extension
