"""Decides who may read a certificate."""

from lms.errors import CertificateNotFound
from lms.models import Certificate, User
from lms.selectors.progress import certificates


def readable_certificate(user: User, number: str) -> Certificate:
    """Return a certificate for its holder, and for roles that may view all certificates.

    Raises:
        CertificateNotFound: no such number, or this user may not read it.
    """
    certificate = certificates.by_number(number)
    if certificate is None:
        raise CertificateNotFound
    if certificate.user_id != user.pk and not user.has_perm("lms.view_certificate"):
        raise CertificateNotFound
    return certificate
