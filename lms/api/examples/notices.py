"""Examples of notices."""

from lms.api.examples.base import row
from lms.models import Notice

NOTICE_ID = "7a1d0c3e-52b4-4f86-9d1b-8e5c2f3a6b70"
NOTICE = row(
    Notice,
    id=NOTICE_ID,
    kind="weekly_report",
    title="Отчёт за неделю: 16–22 ноября",
    text="Пуск агрегата ГПА-16: 40 %, завершено уроков: 1",
    path="/",
    created_at="2026-11-23T02:30:00Z",
    read_at=None,
)
NOTICES = {"data": [NOTICE], "unread": 1}
READ_REQUEST = {"ids": [NOTICE_ID]}
READ = {"unread": 0}
