"""Keeps the content of programs in the cache until content changes."""

from django.core.cache import cache

from lms.errors import ProgramNotFound
from lms.selectors.progress.program_content import ProgramContent, read_program_content
from lms.services import response_cache

_KEEP_SECONDS = 3600


def program_content(program_id: int) -> ProgramContent:
    """Return the content of a program; no query when it is cached.

    The cache key contains the version of all content, so a change is seen at once.

    Raises:
        ProgramNotFound: no such program. A program that is switched off has content too.
    """
    # The 2 is the shape of ProgramContent: what an earlier release cached cannot be read.
    name = f"progress:content:2:{response_cache.version()}:{program_id}"
    content: ProgramContent | None = cache.get(name)
    if content is None:
        content = read_program_content(program_id)
        cache.set(name, content, timeout=_KEEP_SECONDS)
    return content


def active_program_content(program_id: int) -> ProgramContent:
    """Return the content of a program that learners see.

    Raises:
        ProgramNotFound: no such program, or it is switched off.
    """
    content = program_content(program_id)
    if not content.is_active:
        raise ProgramNotFound
    return content
