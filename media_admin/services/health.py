"""Tells whether the object store can be used."""

from media_admin.storage import get_object_storage


def check_store() -> None:
    """Ask the store; two seconds at most.

    Raises:
        StoreUnavailable: it does not answer, or refuses the portal's keys.
    """
    get_object_storage().check()
