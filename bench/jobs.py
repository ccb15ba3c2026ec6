"""Measures background jobs on SQLite and on PostgreSQL: how many a second, and a worker at rest.

Needs `eval "$(scripts/services env)"` after `scripts/services start`: run it by `make bench-jobs`.
The baseline is the same task called in a plain loop, each call in a transaction of its own. Results
go to bench/results/jobs.json.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2

from bench import report

ROOT = Path(__file__).resolve().parent.parent
JOBS = int(os.environ.get("BENCH_JOBS", "1000"))
IDLE_SECONDS = int(os.environ.get("BENCH_IDLE_SECONDS", "60"))
DATABASE = "portal_bench_jobs"
# Runs in a process of its own for each database: its settings are read once.
_PART = "--measure"
_RATIO_TARGET = ">= 0.1"
_IDLE_TARGET_PERCENT = 1.0


def call_in_a_loop() -> float:
    """Return the calls per second of the task without a queue."""
    from django.db import transaction

    from tests.portal.jobs import example_tasks

    started = time.perf_counter()
    for number in range(JOBS):
        with transaction.atomic():
            example_tasks.add_department.call(f"loop-{number}")
    return JOBS / (time.perf_counter() - started)


def start_worker() -> subprocess.Popen[bytes]:
    """Start a worker with its defaults, and return when it has signed on."""
    from portal.jobs.models import Worker

    worker = subprocess.Popen([sys.executable, "manage.py", "run_worker"], cwd=ROOT)
    while not Worker.objects.exists():
        time.sleep(0.05)
    return worker


def run_as_jobs() -> float:
    """Return the jobs per second of one worker; all wait before it begins."""
    from django.db.models import Max, Min

    from portal.jobs.models import Job, JobStatus
    from tests.portal.jobs import example_tasks

    for number in range(JOBS):
        example_tasks.add_department.enqueue(f"job-{number}")
    worker = start_worker()
    try:
        while Job.objects.exclude(status=JobStatus.SUCCESSFUL).exists():
            time.sleep(0.1)
    finally:
        stop(worker)
    times = Job.objects.aggregate(first=Min("started_at"), last=Max("finished_at"))
    return JOBS / (times["last"] - times["first"]).total_seconds()


def idle_percent() -> float:
    """Return the CPU time of a worker that has nothing to do, in percent of one core."""
    worker = start_worker()
    try:
        time.sleep(5)
        before = _cpu_seconds(worker.pid)
        time.sleep(IDLE_SECONDS)
        return (_cpu_seconds(worker.pid) - before) / IDLE_SECONDS * 100
    finally:
        stop(worker)


def stop(worker: subprocess.Popen[bytes]) -> None:
    """End a worker as a supervisor does."""
    worker.send_signal(signal.SIGTERM)
    worker.wait(60)


def _cpu_seconds(pid: int) -> float:
    # After the name in brackets: state is the first field, utime and stime the 12th and 13th.
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(name: str) -> list[dict]:
    """Return the rows of the database that the environment names."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    plain = call_in_a_loop()
    jobs = run_as_jobs()
    idle = idle_percent()
    return [
        {
            "name": f"jobs per second, one worker, {name}",
            "value": round(jobs, 1),
            "unit": "jobs/s",
            "baseline": f"plain loop: {plain:.1f}",
            "ratio": round(jobs / plain, 3),
            "target": _RATIO_TARGET,
            "met": report.is_met(jobs / plain, _RATIO_TARGET),
        },
        {
            "name": f"CPU of a worker at rest, {name}",
            "value": round(idle, 2),
            "unit": "% of core",
            "baseline": f"limit: {_IDLE_TARGET_PERCENT} %",
            "ratio": round(idle / _IDLE_TARGET_PERCENT, 2),
            "target": f"<= {_IDLE_TARGET_PERCENT}",
            "met": idle <= _IDLE_TARGET_PERCENT,
        },
    ]


def _on_database(name: str, url: str, folder: Path) -> list[dict]:
    variables = {
        "DJANGO_SETTINGS_MODULE": "portal.settings.base",
        "EMBEDDED": "1",
        "DATA_DIR": str(folder),
        "DATABASE_URL": url,
        "SECRET_KEY": "b" * 40,
        "JWT_SIGNING_KEY": "c" * 40,
        "ALLOWED_HOSTS": "localhost",
        "LOG_LEVEL": "WARNING",
        # As many as in production on PostgreSQL, as in `make run` on SQLite.
        "WORKER_THREADS": "4" if url.startswith("postgres") else "2",
    }
    run = subprocess.run(
        [sys.executable, "-m", "bench.jobs", _PART, name],
        cwd=ROOT,
        env=os.environ | variables,
        check=True,
        stdout=subprocess.PIPE,
    )
    return json.loads(run.stdout.splitlines()[-1])


def _fresh_database(url: str) -> str:
    connection = psycopg2.connect(url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        cursor.execute(f"CREATE DATABASE {DATABASE}")
    connection.close()
    return urlunsplit(urlsplit(url)._replace(path=f"/{DATABASE}"))


def main() -> None:
    """Measure both databases, print and write the results."""
    if sys.argv[1:2] == [_PART]:
        print(json.dumps(measure(sys.argv[2])))
        return
    folder = Path(tempfile.mkdtemp(prefix="portal-bench-"))
    databases = {
        "SQLite": f"sqlite:///{folder / 'jobs.sqlite3'}",
        "PostgreSQL": _fresh_database(os.environ["TEST_DATABASE_URL"]),
    }
    rows = [row for name, url in databases.items() for row in _on_database(name, url, folder)]
    report.write(
        "jobs",
        rows,
        # Above the number of cores others computed too.
        load_average=round(os.getloadavg()[0], 1),
        jobs=JOBS,
        idle_seconds=IDLE_SECONDS,
        task="tests.portal.jobs.example_tasks.add_department: one INSERT",
    )


if __name__ == "__main__":
    main()
