"""The code sets of the specification: what an element may hold, per use case.

Source: terminology.md §1 to §9. Codes are compared exactly; displays are never compared. System URLs are in `canonicals`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Final

from sas_recette.norm import canonicals

# §1 Slot types (TRE_R314), element Slot.meta.security
PUBLIC: Final = "PUBLIC"
PRO: Final = "PRO"
SNP: Final = "SNP"
CPTS: Final = "CPTS"
SLOT_TYPES: Final = frozenset({PUBLIC, PRO, SNP, CPTS})
SLOT_TYPES_PS: Final = frozenset({PUBLIC, PRO, SNP})
SLOT_TYPES_CPTS: Final = SLOT_TYPES
SLOT_TYPES_SOS: Final = frozenset({PUBLIC, SNP})

# §2 Consultation types (v3-ActCode), element Slot.serviceType.coding
CONSULTATION_TYPES: Final = frozenset({"AMB", "HH", "VR"})
"""The three types that the platform handles: at the practice, at home, by video."""
ACT_ENCOUNTER_CODES: Final = CONSULTATION_TYPES | {"ACUTE", "EMER", "FLD", "IMP", "NONAC", "OBSENC", "PRENC", "SS"}
"""All of v3-ActEncounterCode, to which the PS and CPTS profiles bind."""

# §3 With or without booking (v2-0276), element Slot.appointmentType.coding
ROUTINE: Final = "ROUTINE"
WALKIN: Final = "WALKIN"
APPOINTMENT_TYPES: Final = frozenset({ROUTINE, WALKIN})

# §4 Type of care of a slot seen by a CPTS (TRE_R66), element Slot.serviceType.coding
CPTS_CARE: Final = "604"
R66_SPELLINGS: Final = (
    canonicals.TRE_R66_ESTABLISHMENT,
    "https://mos.esante.gouv.fr/NOS/TRE_R66-CategorieEtablissement/TRE_R66-CategorieEtablissement",
    "https://mos.esante.gouv.fr/NOS/TRE_R66-CategorieEtablissement",
)
"""The published spellings of the system of code 604; only the first is right (open point T-01)."""

# §5 HL7 code systems
SLOT_STATUSES: Final = frozenset({"busy", "free", "busy-unavailable", "busy-tentative", "entered-in-error"})
SEARCH_MODES: Final = frozenset({"match", "include", "outcome"})
CONTACT_POINT_SYSTEMS: Final = frozenset({"phone", "fax", "email", "pager", "url", "sms", "other"})
DAYS_OF_WEEK: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ISSUE_SEVERITIES: Final = frozenset({"fatal", "error", "warning", "information"})
ISSUE_TYPES: Final = frozenset(
    {
        *("invalid", "structure", "required", "value", "invariant"),
        *("security", "login", "unknown", "expired", "forbidden", "suppressed"),
        *("processing", "not-supported", "duplicate", "multiple-matches", "not-found", "deleted", "too-long"),
        *("code-invalid", "extension", "too-costly", "business-rule", "conflict"),
        *("transient", "lock-error", "no-store", "exception", "timeout", "incomplete", "throttled"),
        "informational",
    }
)

# §6 Identifier types
IDNPS: Final = "IDNPS"
IDNST: Final = "IDNST"
INTRN: Final = "INTRN"
LOCATION_IDENTIFIER_TYPES: Final = frozenset({INTRN, "EXTRN", "GLBL", IDNST})
IDENTIFIER_TYPE_SYSTEMS: Final = (
    canonicals.FR_V2_0203,
    canonicals.FR_LOCATION_IDENTIFIER_TYPE,
    canonicals.FR_CORE_V2_0203,
    canonicals.FR_CORE_LOCATION_IDENTIFIER_TYPE,
)
"""The four systems, old and new canonicals, under which IDNST is recognised (open points P-02, T-02)."""

# §8 Phone numbers
PHONE_PATTERNS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "France métropolitaine": r"^\+33[0-9]{9}$",
        "La Réunion, Mayotte": r"^\+262[0-9]{9}$",
        "Guadeloupe, Saint-Martin, Saint-Barthélemy": r"^\+590[0-9]{9}$",
        "Guyane": r"^\+594[0-9]{9}$",
        "Martinique": r"^\+596[0-9]{9}$",
    }
)
"""The accepted forms by territory."""
PHONE_OTHER_CODE_PATTERN: Final = r"^\+[1-9][0-9]*$"
"""International form with another country code: a réserve when no accepted form matches (open point T-09)."""

# §9 Specialties (TRE_R38), element Slot.specialty
R38_TRAILING_SLASH: Final = canonicals.TRE_R38_SPECIALTY + "/"
"""The spelling of one page of the guide: a réserve (open point T-07)."""


@dataclass(frozen=True, slots=True)
class SpecialtyList:
    """The known codes of TRE_R38 with their French labels; `up_to` is the date of the last known change, in French."""

    up_to: str
    labels: Mapping[str, str]


@cache
def specialties() -> SpecialtyList:
    """Read the list of specialties, once."""
    text = resources.files("sas_recette.norm").joinpath("data", "tre_r38.toml").read_text(encoding="utf-8")
    document = tomllib.loads(text)
    families = (family for family in document.values() if isinstance(family, dict))
    labels = {code: label for family in families for code, label in family.items()}
    return SpecialtyList(up_to=document["up_to"], labels=MappingProxyType(labels))
