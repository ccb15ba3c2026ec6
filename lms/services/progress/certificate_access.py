"""Decides who may read a certificate."""

from lms.errors import CertificateNotFound, TooManyFromNetwork
from lms.models import Certificate, User
from lms.selectors.progress import certificates
from lms.services.accounts import attempt_limits
from lms.services.accounts.attempt_limits import Limit

# A whole station may scan worn QR codes behind one address.
_FREE_GUESSES_IN_A_DAY = 30
_LONGEST_WAIT_SECONDS = 600


def certificate_of_page(number: str, *, address: str | None) -> Certificate | None:
    """Return the certificate that the public page shows, or None; unknown numbers are counted.

    Raises:
        TooManyFromNetwork: this network address asked for many unknown numbers.
    """
    if not certificates.is_number(number):
        # No guess: nothing can have such a number.
        return None
    key = f"certificate-from:{address or 'unknown'}"
    wait_seconds = attempt_limits.wait_seconds(key)
    if wait_seconds:
        raise TooManyFromNetwork(retry_after_seconds=wait_seconds)
    found = certificates.by_number(number)
    if found is None:
        attempt_limits.reserve([Limit(key, _FREE_GUESSES_IN_A_DAY, _LONGEST_WAIT_SECONDS)])
    return found


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
