"""The graph of a searchset Bundle: its entries, and how references between them resolve.

A reference `Type/id` resolves against the base of the entry that holds it, then against any entry of that type and id;
an absolute one equals a `fullUrl`; `#id` resolves in `contained` (profiles.md §1; aggregation.md §7, A-34).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sas_recette.fhir.access import JsonObject, as_object, child, children, text


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry. `location` is the FHIRPath of its resource, `Bundle.entry[3].resource`."""

    index: int
    type: str
    id: str
    full_url: str | None
    mode: str | None
    resource: JsonObject

    @property
    def place(self) -> str:
        """FHIRPath of the entry."""
        return f"Bundle.entry[{self.index}]"

    @property
    def location(self) -> str:
        """FHIRPath of its resource."""
        return f"{self.place}.resource"


@dataclass(frozen=True, slots=True)
class BundleGraph:
    """A Bundle read as a graph. Entries without a resource are left out of `entries`."""

    bundle: JsonObject
    entries: tuple[Entry, ...]
    _by_url: Mapping[str, Entry] = field(repr=False)
    _by_type_and_id: Mapping[tuple[str, str], Entry] = field(repr=False)
    _by_type: Mapping[str, tuple[Entry, ...]] = field(repr=False)

    def of_type(self, resource_type: str) -> tuple[Entry, ...]:
        """The entries of one resource type, in the order of the Bundle."""
        return self._by_type.get(resource_type, ())

    def resolve(self, reference: str, holder: Entry) -> Entry | None:
        """The entry that a reference held by `holder` designates, or None."""
        target = reference.partition("/_history/")[0]
        if target in self._by_url:
            return self._by_url[target]
        type_name, _, identifier = target.rpartition("/")
        if not type_name or "/" in type_name or ":" in type_name:
            return None
        base = _base(holder)
        if base and f"{base}/{target}" in self._by_url:
            return self._by_url[f"{base}/{target}"]
        return self._by_type_and_id.get((type_name, identifier))

    def referenced(self, holder: Entry, reference: JsonObject) -> Entry | None:
        """The entry that a Reference element designates, or None."""
        written = text(reference, "reference")
        return self.resolve(written, holder) if written else None


def _base(entry: Entry) -> str | None:
    suffix = f"/{entry.type}/{entry.id}"
    return entry.full_url.removesuffix(suffix) if entry.full_url and entry.full_url.endswith(suffix) else None


def contained(resource: JsonObject, reference: JsonObject) -> JsonObject | None:
    """The contained resource that a local reference `#id` designates, or None."""
    written = text(reference, "reference") or ""
    if not written.startswith("#"):
        return None
    return next((inner for _, inner in children(resource, "contained") if text(inner, "id") == written[1:]), None)


def read_bundle(bundle: JsonObject) -> BundleGraph:
    """Index a Bundle. Of two entries with the same URL or id, the first is the one that references find."""
    entries = tuple(
        Entry(
            index=index,
            type=text(resource, "resourceType") or "",
            id=text(resource, "id") or "",
            full_url=text(entry, "fullUrl"),
            mode=text(child(entry, "search"), "mode"),
            resource=resource,
        )
        for index, entry in children(bundle, "entry")
        if (resource := as_object(entry.get("resource")))
    )
    by_url: dict[str, Entry] = {}
    by_type_and_id: dict[tuple[str, str], Entry] = {}
    by_type: dict[str, list[Entry]] = {}
    for entry in entries:
        by_type.setdefault(entry.type, []).append(entry)
        if entry.full_url:
            by_url.setdefault(entry.full_url, entry)
        if entry.id:
            by_type_and_id.setdefault((entry.type, entry.id), entry)
    return BundleGraph(bundle, entries, by_url, by_type_and_id, {name: tuple(found) for name, found in by_type.items()})
