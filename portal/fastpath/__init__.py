"""Replacements of framework parts that a benchmark or the portal's availability pays for.

Each module names its benchmark row, its figure and the setting that turns it off; the portal then
uses the framework's own part (docs/decisions/0011-overrides.md).
"""
