"""Tells whether the object store can be used."""

from media_admin.storage import get_object_storage


def check_store() -> None:
    """Ask the store; this takes two seconds at most.

    Raises:
        StoreUnavailable: it does not answer, or it refuses the access key of the portal.
    """
    get_object_storage().check()
