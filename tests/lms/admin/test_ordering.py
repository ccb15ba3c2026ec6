"""A list that is opened anew is sorted as its reader last sorted it, until they ask for its own."""

from collections.abc import Callable

import pytest
from django.test import Client

from tests import factories

LIST = "/admin/lms/station/"


@pytest.fixture
def client(admin_client_for: Callable[[str], Client]) -> Client:
    for name in ("Б", "А", "В"):
        factories.StationFactory(name=name)
    return admin_client_for("instructor")


def _names(client: Client, query: str = "") -> list[str]:
    changelist = client.get(f"{LIST}{query}", follow=True).context["cl"]
    return [station.name for station in changelist.result_list]


def test_the_order_is_remembered_for_its_list(client: Client) -> None:
    assert _names(client) == ["А", "Б", "В"]
    assert _names(client, "?o=-1") == ["В", "Б", "А"]

    reopened = client.get(LIST)

    assert (reopened.status_code, reopened["Location"]) == (302, f"{LIST}?o=-1")
    assert _names(client) == ["В", "Б", "А"]
    assert client.get("/admin/lms/courseprogram/").status_code == 200


def test_the_cookie_goes_to_the_pages_of_the_list_alone(client: Client) -> None:
    response = client.get(f"{LIST}?o=-1")

    (cookie,) = [cookie for name, cookie in response.cookies.items() if name.startswith("order_")]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == (LIST, True, "Lax")


def test_the_default_order_is_one_link_away_and_stays(client: Client) -> None:
    page = client.get(f"{LIST}?q=&o=-1&p=1")
    back = page.context["default_order_url"]
    assert (back, f'href="{back.replace("&", "&amp;")}"' in page.content.decode()) == (
        "?q=&o=",
        True,
    )

    assert _names(client, back) == ["А", "Б", "В"]

    assert client.get(LIST).status_code == 200
    assert "portal-default-order" not in client.get(LIST).content.decode()


def test_another_person_in_the_same_browser_has_an_order_of_their_own(
    client: Client, make_user: Callable
) -> None:
    client.get(f"{LIST}?o=-1")

    client.force_login(make_user("other", role="instructor"))

    assert client.get(LIST).status_code == 200


@pytest.mark.parametrize("query", ["?q=А", "?o=", "?o=nonsense", "?_popup=1&o=-1"])
def test_a_list_that_is_opened_otherwise_is_as_it_was_asked_for(query: str, client: Client) -> None:
    assert client.get(f"{LIST}{query}").status_code == 200

    assert client.get(LIST).status_code == 200


def test_an_order_that_somebody_made_up_is_not_followed(client: Client) -> None:
    client.get(f"{LIST}?o=-1")
    (name,) = [name for name in client.cookies if name.startswith("order_")]

    client.cookies[name] = "1&_popup=1"

    assert client.get(LIST).status_code == 200
