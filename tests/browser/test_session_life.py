"""The client's session life cycle (contract, 2.6), played with fetch in a real browser."""

from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser.portal_server import PASSWORD, Portal

pytestmark = pytest.mark.browser

# What the client does: a stored token is checked; on any refusal it is refreshed once; when that
# fails too, the client signs out. After a refresh it reads the body of the first, failed answer.
_CLIENT = """() => {
  const post = (path, body) => fetch(`/api${path}`, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
  });
  const me = () => fetch("/api/auth/me", {
    headers: { Authorization: `Bearer ${localStorage.auth_token}` },
  });
  window.signIn = async (username, password) => {
    const answer = await post("/auth/login", { username, password });
    if (!answer.ok) return answer.status;
    const body = await answer.json();
    localStorage.auth_token = body.token;
    localStorage.refresh_token = body.refreshToken;
    localStorage.user = JSON.stringify(body.user);
    return answer.status;
  };
  window.checkAuth = async () => {
    if (!localStorage.auth_token) return "anonymous";
    const first = await me();
    if (first.ok) return (await first.json()).user.username;
    const refreshed = await post("/auth/refresh", { refreshToken: localStorage.refresh_token });
    if (!refreshed.ok) {
      await post("/auth/logout", { refreshToken: localStorage.refresh_token });
      localStorage.clear();
      return "anonymous";
    }
    localStorage.auth_token = (await refreshed.json()).token;
    if (!(await me()).ok) return "broken";
    const misread = await first.json();
    return misread.user ? "misread" : JSON.parse(localStorage.user).username;
  };
  window.signOut = async () => {
    const answer = await post("/auth/logout", { refreshToken: localStorage.refresh_token });
    const kept = { ...localStorage };
    localStorage.clear();
    return [answer.status, kept];
  };
}"""


@pytest.fixture
def page(portal: Portal, context: BrowserContext) -> Page:
    """Open a page of the portal's origin that behaves like the client."""
    opened = context.new_page()
    opened.goto(f"{portal.url}/admin/login/")
    opened.evaluate(_CLIENT)
    return opened


def _run(page: Page, call: str) -> Any:
    return page.evaluate(f"() => {call}")


def test_a_session_from_sign_in_to_sign_out(page: Page) -> None:
    assert _run(page, "checkAuth()") == "anonymous"
    assert _run(page, f'signIn("employee", "{PASSWORD}")') == 200
    assert _run(page, "checkAuth()") == "employee"

    status, kept = _run(page, "signOut()")

    assert status == 200
    assert _run(page, "checkAuth()") == "anonymous"
    page.evaluate("(kept) => Object.assign(localStorage, kept)", kept)
    assert _run(page, "checkAuth()") == "anonymous"


def test_an_expired_access_token_is_refreshed_without_a_flicker(page: Page) -> None:
    _run(page, f'signIn("employee", "{PASSWORD}")')
    page.evaluate("localStorage.auth_token += 'x'")

    assert _run(page, "checkAuth()") == "employee"
    assert _run(page, "Promise.all([checkAuth(), checkAuth(), checkAuth(), checkAuth()])") == (
        ["employee"] * 4
    )


def test_a_failed_refresh_signs_out(page: Page) -> None:
    _run(page, f'signIn("employee", "{PASSWORD}")')
    page.evaluate("localStorage.auth_token += 'x'; localStorage.refresh_token += 'x'")

    assert _run(page, "checkAuth()") == "anonymous"
    assert page.evaluate("localStorage.length") == 0


def test_a_wrong_password_is_refused(page: Page) -> None:
    assert _run(page, 'signIn("employee", "wrong-password")') == 401
