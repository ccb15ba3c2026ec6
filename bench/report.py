"""Judges the rows of a benchmark, prints them, and writes bench/results/NAME.json."""

import json
import os
import platform
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

_RESULTS = Path(__file__).resolve().parent / "results"


def is_met(ratio: float, target: str) -> bool:
    """Tell whether a ratio, not yet rounded, meets a target such as `>= 0.75`."""
    sign, limit = target.split()
    return ratio >= float(limit) if sign == ">=" else ratio <= float(limit)


def write(name: str, rows: list[dict[str, Any]], **about: Any) -> None:
    """Write the results with the machine, versions and date; `about` says how they were made.

    A row has name, value, unit, baseline, ratio, target and met.
    """
    import django

    report = {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()}; shared",
        "versions": {"python": platform.python_version(), "django": django.get_version()},
        **about,
        "rows": rows,
    }
    text = json.dumps(report, ensure_ascii=False, indent=1)
    (_RESULTS / f"{name}.json").write_text(text + "\n", "utf-8")
    for row in rows:
        figures = f"{row['value']:>9} {row['unit']:10} ratio {row['ratio']:<8} {row['target']:8}"
        print(f"{row['name']:50} {figures} {'met' if row['met'] else 'MISSED'} ({row['baseline']})")
