"""Every URL and OID of the specification that an instance carries, in one place.

Source: aggregation.md §9, profiles.md, terminology.md §1 to §6, accounts.md §3. The two families of canonicals (sas.fr and
interop.esante.gouv.fr) coexist on purpose in editions 1.1.0 and 1.2.0 (open point P-01).
"""

from __future__ import annotations

from typing import Final

_SAS: Final = "http://sas.fr/fhir/StructureDefinition/"
_IG: Final = "https://interop.esante.gouv.fr/ig/fhir/sas/StructureDefinition/"
_INTEROPSANTE: Final = "http://interopsante.org/fhir/CodeSystem/"
_HL7_FR: Final = "https://hl7.fr/ig/fhir/core/CodeSystem/"

# INT_R01 profiles (Schedule, Practitioner, PractitionerRole and Location serve INT_R04 too)
BUNDLE_PS: Final = _SAS + "BundleAgregateur"
SLOT_PS: Final = _SAS + "FrSlotAgregateur"
SCHEDULE_PS: Final = _SAS + "FrScheduleAgregateur"
PRACTITIONER: Final = _SAS + "FrPractitionerAgregateur"
PRACTITIONER_ROLE: Final = _SAS + "FrPractitionerRoleExerciceAgregateur"
LOCATION_PS: Final = _SAS + "FrLocationAgregateur"

# INT_R04 profiles
BUNDLE_CPTS: Final = _IG + "sas-cpts-bundle-aggregator"
SLOT_CPTS: Final = _IG + "sas-cpts-slot-aggregator"
HEALTHCARE_SERVICE_CPTS: Final = _IG + "sas-cpts-healthcareservice-aggregator"
ORGANIZATION_CPTS: Final = _IG + "sas-cpts-organization-aggregator"
EXTENSION_SERVICE_TYPE_R5: Final = "http://hl7.org/fhir/5.0/StructureDefinition/extension-Slot.serviceType"

# INT_SOS1 profiles
BUNDLE_SOS: Final = _IG + "sas-sos-bundle-aggregator"
SLOT_SOS: Final = _IG + "sas-sos-slot-aggregator"
SCHEDULE_SOS: Final = _IG + "sas-sos-schedule-aggregator"
LOCATION_SOS: Final = _IG + "sas-sos-location-aggregator"
ORGANIZATION_SOS: Final = _IG + "sas-sos-organization-aggregator"

# INT_R02 profile
REGULATOR: Final = _IG + "FrPractitionerRegul"

# Code systems
TRE_R314_SLOT_TYPE: Final = "https://mos.esante.gouv.fr/NOS/TRE_R314-TypeCreneau/FHIR/TRE-R314-TypeCreneau"
TRE_R38_SPECIALTY: Final = "https://mos.esante.gouv.fr/NOS/TRE_R38-SpecialiteOrdinale/FHIR/TRE-R38-SpecialiteOrdinale"
TRE_R66_ESTABLISHMENT: Final = (
    "https://mos.esante.gouv.fr/NOS/TRE_R66-CategorieEtablissement/FHIR/TRE-R66-CategorieEtablissement"
)
V3_ACT_CODE: Final = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
V2_0276_APPOINTMENT: Final = "http://terminology.hl7.org/CodeSystem/v2-0276"

# Identifier systems (assigning authorities) and identifier types
IDNPS_SYSTEM: Final = "urn:oid:1.2.250.1.71.4.2.1"
IDNST_SYSTEM: Final = "urn:oid:1.2.250.1.71.4.2.2"
SAS_TECHNICAL_SYSTEM: Final = "urn:oid:1.2.250.1.213.3.6"
FR_V2_0203: Final = _INTEROPSANTE + "fr-v2-0203"
FR_LOCATION_IDENTIFIER_TYPE: Final = _INTEROPSANTE + "fr-location-identifier-type"
FR_CORE_V2_0203: Final = _HL7_FR + "fr-core-cs-v2-0203"
FR_CORE_LOCATION_IDENTIFIER_TYPE: Final = _HL7_FR + "fr-core-cs-location-identifier-type"

# Search parameters defined by the guide
SEARCH_PARAMETER_START: Final = "https://interop.esante.gouv.fr/ig/fhir/sas/SearchParameter/slot-sp-start"
SEARCH_PARAMETER_SERVICE_TYPE: Final = (
    "https://interop.esante.gouv.fr/ig/fhir/sas/SearchParameter/cptsslot-sp-servicetype"
)
