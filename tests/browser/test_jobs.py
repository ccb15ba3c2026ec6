"""The page of background jobs in a real browser: start again, and progress without a reload."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import instructor
from tests.browser.portal_server import PASSWORD, Portal

pytestmark = [pytest.mark.browser, pytest.mark.embedded]
# A task that no version has: a worker that runs here tries it, and never ends it well.
TASK = "tests.browser.no_such_module.{name}"
_ADD = """
from portal.jobs.models import Job, Worker
worker = Worker.objects.create(name="{name}", version="1", threads=1)
Job.objects.create(id="{pk}", task="{task}", arguments={{"args": [], "kwargs": {{}}}},
    worker_id=worker.pk, attempts=1, **{values})
"""
_CHANGE = 'from portal.jobs.models import Job; Job.objects.filter(pk="{pk}").update(**{values})'


@pytest.fixture(scope="module")
def page(portal: Portal, chromium: Browser) -> Iterator[Page]:
    """Sign an administrator in; fail when a script failed or the policy refused something."""
    context = chromium.new_context(locale="ru-RU", viewport={"width": 1440, "height": 900})
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on(
        "console",
        lambda line: problems.append(line.text) if "Content Security" in line.text else None,
    )
    instructor.open_session(page, portal.url, "admin", PASSWORD)
    yield page
    context.close()
    assert problems == []


def _add_job(portal: Portal, name: str, **values: object) -> str:
    pk = str(uuid4())
    code = _ADD.format(name=name, pk=pk, task=TASK.format(name=name), values=values)
    portal.run(code)
    return pk


def _change(portal: Portal, pk: str, **values: object) -> None:
    portal.run(_CHANGE.format(pk=pk, values=values))


def test_a_failed_job_is_started_again_from_its_row(portal: Portal, page: Page) -> None:
    _add_job(portal, "broken", status="failed", error="Станция занята.")
    page.goto(f"{portal.url}/admin/jobs/job/?q=no_such_module.broken")
    row = page.locator("#result_list .data-row")
    expect(row).to_contain_text("Станция занята.")

    row.get_by_role("button", name="Запустить снова").click()

    expect(page.locator("body")).to_contain_text("Задание поставлено в очередь.")
    expect(row.locator(".field-state")).to_contain_text("ожидает")
    assert page.url.endswith("?q=no_such_module.broken")


def test_progress_appears_without_a_reload_and_the_selection_stays(
    portal: Portal, page: Page
) -> None:
    pk = _add_job(portal, "long", status="running", progress_done=25, progress_total=100)
    page.goto(f"{portal.url}/admin/jobs/job/?q=no_such_module.long")
    row = page.locator("#result_list .data-row")
    expect(row).to_contain_text("25 %")
    row.locator(".action-select").check()
    page.evaluate("window.isTheSamePage = true")

    _change(portal, pk, progress_done=80)
    expect(row).to_contain_text("80 %", timeout=30_000)
    _change(portal, pk, status="successful")

    expect(row.locator(".field-state")).to_contain_text("готово", timeout=30_000)
    expect(row.locator(".action-select")).to_be_checked()
    assert page.evaluate("window.isTheSamePage") is True


def test_the_page_of_a_job_renews_itself(portal: Portal, page: Page) -> None:
    pk = _add_job(portal, "shown", status="running", progress_done=25, progress_total=100)
    page.goto(f"{portal.url}/admin/jobs/job/{pk}/change/")
    expect(page.locator(".jobs-detail")).to_contain_text("25 %")
    page.evaluate("window.isTheSamePage = true")

    _change(portal, pk, status="failed", error="Станция занята.", traceback="line 1")

    expect(page.locator(".jobs-detail")).to_contain_text("Станция занята.", timeout=30_000)
    expect(page.get_by_text("line 1")).to_be_hidden()
    expect(page.get_by_role("button", name="Запустить снова")).to_be_visible()
    assert page.evaluate("window.isTheSamePage") is True
