"""Work on progress that the worker does at fixed times (lms/schedules.py)."""

from django.utils.translation import gettext_lazy as _

from lms.models import CourseProgram
from lms.services.progress import certificates
from portal.jobs.tasks import task


@task(title=_("Issue certificates whose waiting time is over"), atomic=False)
def issue_due_certificates() -> int:
    """Issue what people earned before the hours of their program were over; return how many.

    It is safe to repeat this. Without it, the next activity of a person issues the certificate.
    """
    waiting = CourseProgram.objects.filter(min_hours_before_certificate__gt=0)
    keys = waiting.order_by("pk").values_list("pk", flat=True)
    return sum(certificates.issue_missing(pk) for pk in keys)
