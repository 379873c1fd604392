"""The client certificates that a candidate must refuse, each by its one fault (security.md §5, cases X1 to X11 and X15)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from sas_recette.platform.authority import LEAF_LIFE, Issued, Validity, issue_client, organisation_name

WRONG_CN: Final = "banc-sas-autre-client"
WRONG_OU: Final = "300000000000000"

_DAY: Final = timedelta(days=1)


class NegativeCase(StrEnum):
    """A client certificate that is not the platform's (security.md §5); the value names the files.

    The names of another case or with a space are those that RFC 5280 does not tell from the expected one; `TWO_OUS` holds the
    expected unit beside another (open point SEC OP-2).
    """

    WRONG_CN = "x1-mauvais-cn"
    WRONG_OU = "x2-mauvaise-ou"
    REVOKED = "x3-revoque"
    EXPIRED = "x5-expire"
    NOT_YET_VALID = "x6-pas-encore-valide"
    SELF_SIGNED = "x7-auto-signe"
    FOREIGN_CA = "x8-autre-autorite"
    WRONG_USAGE = "x9-autre-usage"
    CN_SUFFIX = "x10-cn-suffixe"
    CN_PREFIX = "x10-cn-prefixe"
    OU_SUFFIX = "x10-ou-suffixe"
    OU_PREFIX = "x10-ou-prefixe"
    CN_CASE = "x10-cn-casse"
    CN_SPACE = "x10-cn-espace"
    CN_IN_O = "x11-cn-dans-o"
    CN_IN_SAN = "x11-cn-dans-san"
    TWO_OUS = "x15-deux-ou"


@dataclass(frozen=True, slots=True)
class Hierarchies:
    """The authority that the candidate trusts, and another of the same name."""

    issuing: Issued
    foreign: Issued


def issue_negatives(common_name: str, unit: str, now: datetime, authorities: Hierarchies) -> dict[NegativeCase, Issued]:
    """One certificate a case, for the expected CN and OU. Raises ValueError for names that no certificate can hold."""
    return {
        **dict(_by_name(common_name, unit, Validity.lasting(now, LEAF_LIFE), authorities.issuing)),
        **dict(_by_form(organisation_name(common_name, unit), now, authorities)),
        NegativeCase.CN_IN_SAN: issue_client(
            organisation_name(WRONG_CN, unit),
            Validity.lasting(now, LEAF_LIFE),
            authorities.issuing,
            alternative=_alternative(common_name),
        ),
    }


def _by_name(common_name: str, unit: str, validity: Validity, issuing: Issued) -> Iterator[tuple[NegativeCase, Issued]]:
    swapped = common_name.swapcase()
    names = {
        NegativeCase.WRONG_CN: organisation_name(WRONG_CN, unit),
        NegativeCase.WRONG_OU: organisation_name(common_name, WRONG_OU),
        NegativeCase.CN_SUFFIX: organisation_name(f"{common_name}-x", unit),
        NegativeCase.CN_PREFIX: organisation_name(f"x{common_name}", unit),
        NegativeCase.OU_SUFFIX: organisation_name(common_name, f"{unit}0"),
        NegativeCase.OU_PREFIX: organisation_name(common_name, f"0{unit}"),
        NegativeCase.CN_CASE: organisation_name(swapped if swapped != common_name else common_name.upper(), unit),
        NegativeCase.CN_SPACE: organisation_name(f"{common_name} ", unit),
        NegativeCase.CN_IN_O: organisation_name(WRONG_CN, unit, organisation=common_name),
        NegativeCase.TWO_OUS: organisation_name(common_name, WRONG_OU, unit),
    }
    for case, name in names.items():
        yield case, issue_client(name, validity, issuing)


def _by_form(name: x509.Name, now: datetime, authorities: Hierarchies) -> Iterator[tuple[NegativeCase, Issued]]:
    """The right name, and all the rest of what makes a certificate."""
    year, issuing = Validity.lasting(now, LEAF_LIFE), authorities.issuing
    yield NegativeCase.REVOKED, issue_client(name, year, issuing)
    yield NegativeCase.EXPIRED, issue_client(name, Validity(now - LEAF_LIFE, now - _DAY), issuing)
    yield NegativeCase.NOT_YET_VALID, issue_client(name, Validity(now + _DAY, now + LEAF_LIFE), issuing)
    yield NegativeCase.SELF_SIGNED, issue_client(name, year, None)
    yield NegativeCase.FOREIGN_CA, issue_client(name, year, authorities.foreign)
    yield NegativeCase.WRONG_USAGE, issue_client(name, year, issuing, purpose=ExtendedKeyUsageOID.SERVER_AUTH)


def _alternative(common_name: str) -> x509.GeneralName:
    if common_name.isascii():
        return x509.DNSName(common_name)
    return x509.DirectoryName(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)]))
