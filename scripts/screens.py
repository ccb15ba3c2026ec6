"""Takes the pictures of docs/screens from a fresh demo: light and dark, desktop and tablet.

Needs Chromium and Playwright of the development packages: PYTHONPATH=. python scripts/screens.py
takes all of them, with names of pages behind it these alone.
"""

import io
import re
import shutil
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser import instructor, portal_server
from tests.browser.chromium import FLAGS

TARGET = Path(__file__).parents[1] / "docs" / "screens"
SIZES = {"desktop": (1440, 900), "tablet": (820, 1100)}
PAGES = {
    "dashboard": "/admin/",
    "builder": "/admin/lms/courseprogram/1/builder/",
    "station": "/admin/lms/station/1/change/",
    "questions": "/admin/lms/lessontest/{test}/questions/",
    "list": "/admin/lms/courseprogram/",
    "form": "/admin/lms/lesson/1/change/",
    "history": "/admin/lms/contentchange/",
    "comparison": "/admin/lms/courseprogram/1/history/compare/",
    "bin": "/admin/lms/binentry/",
    "jobs": "/admin/jobs/job/",
    "schedule": "/admin/jobs/schedule/",
}
# Jobs in each state, as an hour of a worker would leave them.
JOBS = """
from datetime import timedelta
from django.utils import timezone
from lms.models import User
from portal.jobs.models import Job, Schedule, Worker
from portal.jobs import schedules
now, admin = timezone.now(), User.objects.get(username="admin")
worker = Worker.objects.create(name="portal-worker-1:7", version="1", threads=4,
                               seen_at=now + timedelta(hours=1))
bin_, uploads, sessions, results = [schedules.registered()[name].task.module_path for name in (
    "empty_bin", "purge_abandoned_uploads", "delete_ended_sessions", "delete_job_results")]
def add(task, status, minutes, seconds=0, **values):
    started = now - timedelta(minutes=minutes)
    return Job.objects.create(
        task=task, status=status, arguments={"args": [], "kwargs": {}}, attempts=1,
        created_at=started, started_at=started,
        finished_at=started + timedelta(seconds=seconds) if seconds else None, **values)
add(results, "successful", 55, 2)
failed = add(uploads, "failed", 40, 30, requested_by=admin,
             error="Хранилище файлов не отвечает: за 10 секунд не удалось соединиться.")
done = add(sessions, "successful", 35, 4)
add(sessions, "ready", 20, run_after=now + timedelta(hours=2), requested_by=admin,
    error="База данных занята другим процессом.")
add(bin_, "running", 3, worker_id=worker.pk, requested_by=admin, progress_done=45,
    progress_total=100)
schedules.store_schedules()
for name, job in [("purge_abandoned_uploads", failed), ("delete_ended_sessions", done)]:
    Schedule.objects.filter(pk=name).update(last_job=job, last_run_at=job.started_at)
Schedule.objects.filter(pk="clear_admin_sessions").update(is_active=False)
"""


def main() -> None:
    """Start the demo, work a little in it, and take the pictures."""
    portal = portal_server.start_embedded(Path(tempfile.mkdtemp(prefix="portal-screens-")))
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=FLAGS
            )
            portal.manage("shell", "--verbosity", "0", "-c", JOBS)
            _take(browser, portal.url, set(sys.argv[1:]) or set(PAGES))
            browser.close()
    finally:
        portal.stop()


def _take(browser: Browser, url: str, wanted: set[str]) -> None:
    test = None
    for theme in ("light", "dark"):
        for size, (width, height) in SIZES.items():
            context = browser.new_context(
                color_scheme=theme,
                viewport={"width": width, "height": height},
                locale="ru-RU",
            )
            page = context.new_page()
            instructor.sign_in(page, url, "admin", portal_server.PASSWORD)
            if test is None:
                test = _first_test(page, url)
                _work(page, url)
            for name in wanted:
                page.goto(url + PAGES[name].format(test=test), wait_until="networkidle")
                _save(page.screenshot(), f"{name}-{size}-{theme}.webp")
            context.close()


def _first_test(page: Page, url: str) -> str:
    page.goto(f"{url}/admin/lms/lessontest/")
    return re.search(r"/lessontest/(\d+)/change/", page.content()).group(1)


def _work(page: Page, url: str) -> None:
    """Change and delete something, so that history and bin have what to show."""
    page.goto(f"{url}/admin/lms/lesson/1/change/")
    page.fill("[name=duration]", "8 часов")
    page.click("[name=_save]")
    page.goto(f"{url}/admin/lms/topic/2/delete/")
    page.locator(".portal-panel button[type=submit]").click()


def _save(shot: bytes, name: str) -> None:
    Image.open(io.BytesIO(shot)).save(TARGET / name, quality=82, method=6)


if __name__ == "__main__":
    main()
