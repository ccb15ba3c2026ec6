"""What an instructor does in the admin: sign in, build a program, drop files, save."""

import re
from pathlib import Path

from playwright.sync_api import Page, expect

_DROP = """([zone, input]) => {
  const transfer = new DataTransfer();
  for (const file of input.files) transfer.items.add(file);
  for (const name of ["dragenter", "dragover", "drop"]) {
    const init = { bubbles: true, cancelable: true, dataTransfer: transfer };
    zone.dispatchEvent(new DragEvent(name, init));
  }
}"""
_ALL_UPLOADED = """(count) => {
  const keys = [...document.querySelectorAll('input[name^="files-"][name$="-minio_object_name"]')];
  return keys.filter((key) => !key.name.includes("__prefix__") && key.value).length === count;
}"""


def sign_in(page: Page, url: str, username: str, password: str) -> None:
    """Sign in to the admin."""
    page.goto(f"{url}/admin/")
    page.fill("[name=username]", username)
    page.fill("[name=password]", password)
    page.click("[type=submit]")
    expect(page).to_have_url(f"{url}/admin/")


def open_session(page: Page, url: str, username: str, password: str) -> None:
    """Sign in to the admin without drawing its pages, for tests of something else."""
    login = f"{url}/admin/login/"
    form = page.request.get(login).text()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', form).group(1)
    answer = page.request.post(
        login,
        form={"csrfmiddlewaretoken": token, "username": username, "password": password},
        headers={"Referer": login},
        max_redirects=0,
    )
    assert answer.status == 302, answer.status


def add(page: Page, url: str, model: str, query: str = "", **values: str) -> int:
    """Fill in and save an add page, stay on the object, and return its number."""
    page.goto(f"{url}/admin/lms/{model}/add/{query}")
    for name, value in values.items():
        page.fill(f"[name={name}]", value)
    page.click("[name=_continue]")
    page.wait_for_url(re.compile(rf"/admin/lms/{model}/\d+/change/"))
    return int(re.search(r"/(\d+)/change/", page.url).group(1))


def drop_files(page: Page, files: list[Path]) -> None:
    """Drop files on the zone above the topic's files, as from a file manager."""
    page.evaluate(
        """() => {
          const input = document.createElement("input");
          input.type = "file"; input.multiple = true; input.id = "from-the-desktop";
          document.body.append(input);
        }"""
    )
    page.set_input_files("#from-the-desktop", files)
    zone = page.query_selector("[data-direct-upload-zone]")
    source = page.query_selector("#from-the-desktop")
    page.evaluate(_DROP, [zone, source])
    page.evaluate("document.getElementById('from-the-desktop').remove()")


def await_uploads(page: Page, *, count: int, seconds: int = 180) -> None:
    """Wait until this many rows hold a finished upload."""
    page.wait_for_function(_ALL_UPLOADED, arg=count, timeout=seconds * 1000)


def save(page: Page) -> None:
    """Save and stay on the page."""
    page.click("[name=_continue]")
    page.wait_for_load_state()
    expect(page.locator(".errornote, .errorlist")).to_have_count(0)
