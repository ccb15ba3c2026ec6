"""Each interface answers random requests as a small model of RFC 9110 does."""

from email.utils import formatdate, parsedate_to_datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.delivery import multipart, reference_model
from tests.delivery.interfaces import FILM, FILM_NAME, MIB, Interface

SIZE = len(FILM)
NEAR = st.sampled_from([0, 1, MIB - 1, MIB, 8 * MIB - 1, 8 * MIB, 16 * MIB, SIZE - 1, SIZE])
OFFSET = st.one_of(NEAR, st.integers(0, SIZE + 1000), st.integers(0, 5000))
SPEC = st.one_of(
    st.builds("{}-{}".format, OFFSET, OFFSET),
    st.builds(lambda first, more: f"{first}-{first + more}", OFFSET, st.integers(0, 3000)),
    st.builds("{}-".format, st.integers(SIZE - 3 * MIB, SIZE + 2)),
    st.builds("-{}".format, st.integers(0, 100_000)),
    st.sampled_from(["", " ", "-", "x", "1-x", "5-2"]),
)
RANGE = st.builds(
    lambda unit, specs, comma: f"{unit}={comma.join(specs)}",
    st.sampled_from(["bytes"] * 8 + ["Bytes", "items"]),
    st.lists(SPEC, min_size=1, max_size=6),
    st.sampled_from([",", ", ", " ,\t"]),
)
TAGS = st.sampled_from(["{tag}", "W/{tag}", '"other"', '"other", {tag}', '"a,b"', "*"])
DATES = st.sampled_from([-86400, -1, 0, 1, 86400])
ONE_TAG = st.sampled_from(["{tag}", "W/{tag}", '"other"'])


def _maybe(strategy: st.SearchStrategy) -> st.SearchStrategy:
    return st.one_of(st.none(), st.none(), strategy)


REQUESTS = st.fixed_dictionaries(
    {
        "Range": st.one_of(RANGE, RANGE, st.none()),
        "If-Match": _maybe(TAGS),
        "If-None-Match": _maybe(TAGS),
        "If-Modified-Since": _maybe(DATES),
        "If-Unmodified-Since": _maybe(DATES),
        "If-Range": _maybe(st.one_of(ONE_TAG, DATES)),
    }
)


@pytest.fixture(scope="module")
def validators(all_interfaces: dict[str, Interface]) -> dict[str, tuple[str, int]]:
    """Return ETag and modification time of the film by interface."""
    found = {}
    for name, interface in all_interfaces.items():
        head = interface.ask(FILM_NAME, method="HEAD").headers
        modified = int(parsedate_to_datetime(head["Last-Modified"]).timestamp())
        found[name] = (head["ETag"], modified)
    return found


def _filled(drawn: dict, tag: str, modified: int) -> dict[str, str]:
    headers = {}
    for name, value in drawn.items():
        if isinstance(value, int):
            headers[name] = formatdate(modified + value, usegmt=True)
        elif value is not None:
            headers[name] = value.format(tag=tag)
    return headers


@settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(drawn=REQUESTS, method=st.sampled_from(["GET", "GET", "GET", "HEAD"]))
def test_random_requests(interface: Interface, validators: dict, drawn: dict, method: str):
    tag, modified = validators[interface.name]
    headers = _filled(drawn, tag, modified)
    wanted = reference_model.expected(method, headers, size=SIZE, tag=tag, modified=modified)

    named = {name.replace("-", "_"): value for name, value in headers.items()}
    answer = interface.ask(FILM_NAME, method=method, **named)

    assert answer.status == wanted.status
    if method == "HEAD" or wanted.status in {304, 412, 416}:
        assert answer.body == b"" if method == "HEAD" or wanted.status == 304 else answer.body
        if wanted.status == 416:
            assert answer.headers["Content-Range"] == f"bytes */{SIZE}"
        return
    assert answer.headers["Content-Length"] == str(len(answer.body))
    assert answer.headers["ETag"] == tag
    if wanted.status == 200:
        assert answer.body == FILM
        return
    _assert_parts(multipart.parts(answer), wanted.parts)


def _assert_parts(sent: list[tuple[int, int, bytes]], asked: list[tuple[int, int]]) -> None:
    """A server may join ranges and nothing else: each edge was requested."""
    assert all(body == FILM[first : last + 1] for first, last, body in sent)
    starts, ends = {first for first, _last in asked}, {last for _first, last in asked}
    assert all(first in starts and last in ends for first, last, _body in sent)
    for first, last in asked:
        assert sum(low <= first and last <= high for low, high, _body in sent) == 1
    for low, _high, _body in sent:
        assert sum(first <= low <= last for first, last, _other in sent) == 1
    order = [
        min(place for place, (first, _last) in enumerate(asked) if low <= first <= high)
        for low, high, _body in sent
    ]
    assert order == sorted(order)
