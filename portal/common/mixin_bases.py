"""Base classes of the admin's mixins for the type checker; at run time they are plain objects.

A mixin calls methods of the class that it will be mixed into. unfold's classes carry no types, so
these bases let a mixin call whatever the admin or the filter has.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from unfold.admin import ModelAdmin as AdminBase
    from unfold.contrib.filters.admin import DropdownFilter as FilterBase
else:
    AdminBase = object
    FilterBase = object

__all__ = ["AdminBase", "FilterBase"]
