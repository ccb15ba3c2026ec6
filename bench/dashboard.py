"""Measures the start page of the admin with 100,000 progress rows on PostgreSQL.

Needs the services of `scripts/services`: run it by `make bench-dashboard`. "Cold"
is the first request of a minute: it makes anew every figure that is kept for a minute. "Cached"
finds them in Redis. Results go to bench/results/dashboard.json.
"""

import http.client
import os
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from bench import report
from tests.browser import portal_server

ROOT = Path(__file__).resolve().parent.parent
REQUESTS = int(os.environ.get("BENCH_REQUESTS", "30"))
WARM_UP = 3
TARGET_MS = 200
MATERIALS_EACH = 25
TESTS_EACH = 10
SPREAD_DAYS = 90


def spread_over_days() -> None:
    """Give the progress its days, and add materials and test results."""
    from django.db import connection
    from django.utils import timezone

    from lms import models

    now = timezone.now()
    moments = [now - timedelta(minutes=n * 13 % (SPREAD_DAYS * 1440)) for n in range(10_000)]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE user_topic_progress SET completed_at ="
            " now() - make_interval(mins => (id * 13 %% %s)::int)",
            [SPREAD_DAYS * 1440],
        )
    people = list(models.User.objects.order_by("pk"))
    programs = list(models.CourseProgram.objects.order_by("pk"))
    tests = list(models.LessonTest.objects.order_by("pk"))
    models.CompletedMaterial.objects.bulk_create(
        (
            models.CompletedMaterial(
                user=person,
                course_program=programs[place % len(programs)],
                material_type="pdf",
                material_key=f"m{number}",
                is_completed=True,
                viewed_at=moments[(place * 31 + number * 97) % len(moments)],
            )
            for place, person in enumerate(people)
            for number in range(MATERIALS_EACH)
        ),
        batch_size=5000,
    )
    models.TestResult.objects.bulk_create(
        (
            models.TestResult(
                user=person,
                lesson_test=tests[(place + number) % len(tests)],
                score=(place * 7 + number * 13) % 101,
                passed=(place + number) % 3 > 0,
                completed_at=moments[(place * 37 + number * 89) % len(moments)],
            )
            for place, person in enumerate(people)
            for number in range(TESTS_EACH)
        ),
        batch_size=5000,
    )
    with connection.cursor() as cursor:
        # As autovacuum does by itself after so many rows.
        cursor.execute("VACUUM ANALYZE")


def cookies_of_roles() -> dict[str, str]:
    """Return the cookie of a signed-in person of each role."""
    from django.test import Client

    from lms.models import User

    cookies = {}
    for role in ("admin", "instructor", "hr"):
        client = Client()
        client.force_login(User.objects.create_user(f"bench-{role}", role=role))
        cookies[role] = "; ".join(f"{key}={row.value}" for key, row in client.cookies.items())
    return cookies


class Visitor:
    """Asks for pages as a signed-in person, on one kept connection."""

    def __init__(self, url: str, cookie: str) -> None:
        parts = urlsplit(url)
        self._connection = http.client.HTTPConnection(parts.hostname, parts.port)
        self._headers = {"Cookie": cookie}

    def time_ms(self, path: str) -> float:
        """Return the time until the whole page is here."""
        started = time.perf_counter()
        self._connection.request("GET", path, headers=self._headers)
        answer = self._connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{path}: {answer.status}")
        return (time.perf_counter() - started) * 1000


def measure(visitors: dict[str, Visitor], forget: Callable[[], object]) -> dict[str, list[float]]:
    """Return the times by role and case; rounds, so that a busy moment meets every case alike."""
    times: dict[str, list[float]] = defaultdict(list)
    for number in range(REQUESTS + WARM_UP):
        for role, visitor in visitors.items():
            # The frame of every page, sidebar included, with almost nothing in it.
            frame = visitor.time_ms("/admin/password_change/")
            forget()
            cold = visitor.time_ms("/admin/")
            cached = visitor.time_ms("/admin/")
            if number >= WARM_UP:
                for case, value in (("frame", frame), ("cold", cold), ("cached", cached)):
                    times[f"{role}, {case}"].append(value)
    return times


def main() -> None:
    """Build the content, measure each role, print and write the results."""
    folder = Path(tempfile.mkdtemp(prefix="portal-bench-"))
    os.environ["LOG_LEVEL"] = "WARNING"
    portal = portal_server.start_gunicorn(folder, database="portal_bench_dashboard")
    os.environ.update(portal.environment, DJANGO_SETTINGS_MODULE="portal.settings.base")
    import django

    django.setup()
    from django.core.cache import cache
    from django.utils import timezone

    from bench import content
    from lms.services import response_cache

    def forget() -> None:
        names = ["learners", "completions", "enrollments", "tests"]
        names.append(f"content:{response_cache.version()}")
        today = timezone.localdate().isoformat()
        cache.delete_many([f"dashboard:{name}:{today}" for name in names])

    try:
        content.build("bench-password-1")
        spread_over_days()
        cookies = cookies_of_roles()
        visitors = {role: Visitor(portal.url, cookie) for role, cookie in cookies.items()}
        times = measure(visitors, forget)
        medians = {case: statistics.median(values) for case, values in times.items()}
        rows = [
            _row(
                f"GET /admin/, {role}, {kind}",
                medians[f"{role}, {kind}"],
                medians[f"{role}, frame"],
            )
            for role in visitors
            for kind in ("cold", "cached")
        ]
    finally:
        portal.stop()
    _write(rows)


def _row(name: str, value: float, baseline: float) -> dict:
    return {
        "name": name,
        "value": round(value, 1),
        "unit": "ms",
        "baseline": f"/admin/password_change/: {baseline:.1f}",
        "ratio": round(value / baseline, 2),
        "target": f"<= {TARGET_MS}",
        "met": value <= TARGET_MS,
    }


def _write(rows: list[dict]) -> None:
    from bench import content

    report.write(
        "dashboard",
        rows,
        # Above the number of cores others computed too, and waiting is part of the times.
        load_average=round(os.getloadavg()[0], 1),
        requests_per_case=REQUESTS,
        data={
            "people": content.PEOPLE,
            "topic_progress": content.PROGRESS_ROWS,
            "completed_materials": content.PEOPLE * MATERIALS_EACH,
            "test_results": content.PEOPLE * TESTS_EACH,
        },
    )


if __name__ == "__main__":
    main()
