"""A second level of inlines that reads its rows from one prefetch instead of a query per parent."""

from typing import Any, ClassVar

from django.db.models import QuerySet

from lms.admin.base import PortalFormSet, PortalTabularInline


class PrefetchedFormSet(PortalFormSet):
    """Takes the rows that were loaded together with all parents."""

    parent_relation: ClassVar[str]

    def get_queryset(self) -> Any:
        """Return the prefetched rows of a saved parent, else what the form set finds itself."""
        if not hasattr(self, "_queryset"):
            cache = getattr(self.instance, "_prefetched_objects_cache", {})
            if self.instance.pk is None:
                self._queryset: list[Any] | QuerySet = []
            elif self.parent_relation in cache:
                self._queryset = list(cache[self.parent_relation])
        return super().get_queryset()


class NestedTabularInline(PortalTabularInline):
    """Rows of a row; the inline above prefetches `parent_relation`."""

    parent_relation: ClassVar[str]
    tab = False
    show_title = False
    formset = PrefetchedFormSet

    def get_formset(self, *args: Any, **kwargs: Any) -> type[PrefetchedFormSet]:
        """Tell the form set where its rows were loaded to."""
        formset = super().get_formset(*args, **kwargs)
        formset.parent_relation = self.parent_relation
        return formset
