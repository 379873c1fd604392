"""The first message of a TLS handshake, written by hand: it offers what no maintained library offers any more.

Which versions and suites a library offers depends on how it was built and on the policy of the machine; these bytes do not.
Source: RFC 5246 §7.4.1.2 (TLS 1.0 to 1.2, and SSL 3.0 by RFC 6101), RFC 6176 (SSL 2.0), RFC 6066 (server name).
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address
from typing import Final


class Version(StrEnum):
    """A version of the protocol; the value is its name on screen."""

    SSL_2 = "SSL 2.0"
    SSL_3 = "SSL 3.0"
    TLS_1_0 = "TLS 1.0"
    TLS_1_1 = "TLS 1.1"
    TLS_1_2 = "TLS 1.2"


class Family(StrEnum):
    """The weak suites of RFC 9325 §4.1; the value is their name on screen."""

    NULL = "NULL"
    ANONYMOUS = "anonymes"
    EXPORT = "EXPORT"
    RC4 = "RC4"
    DES = "DES et 3DES"


CODES: Final[Mapping[Version, int]] = {
    Version.SSL_2: 0x0002,
    Version.SSL_3: 0x0300,
    Version.TLS_1_0: 0x0301,
    Version.TLS_1_1: 0x0302,
    Version.TLS_1_2: 0x0303,
}

WEAK: Final[Mapping[Family, Mapping[int, str]]] = {
    Family.NULL: {
        0x0001: "TLS_RSA_WITH_NULL_MD5",
        0x0002: "TLS_RSA_WITH_NULL_SHA",
        0x003B: "TLS_RSA_WITH_NULL_SHA256",
        0xC001: "TLS_ECDH_ECDSA_WITH_NULL_SHA",
        0xC006: "TLS_ECDHE_ECDSA_WITH_NULL_SHA",
        0xC00B: "TLS_ECDH_RSA_WITH_NULL_SHA",
        0xC010: "TLS_ECDHE_RSA_WITH_NULL_SHA",
    },
    Family.ANONYMOUS: {
        0x0018: "TLS_DH_anon_WITH_RC4_128_MD5",
        0x001A: "TLS_DH_anon_WITH_DES_CBC_SHA",
        0x001B: "TLS_DH_anon_WITH_3DES_EDE_CBC_SHA",
        0x0034: "TLS_DH_anon_WITH_AES_128_CBC_SHA",
        0x003A: "TLS_DH_anon_WITH_AES_256_CBC_SHA",
        0x006C: "TLS_DH_anon_WITH_AES_128_CBC_SHA256",
        0x006D: "TLS_DH_anon_WITH_AES_256_CBC_SHA256",
        0x00A6: "TLS_DH_anon_WITH_AES_128_GCM_SHA256",
        0x00A7: "TLS_DH_anon_WITH_AES_256_GCM_SHA384",
        0xC015: "TLS_ECDH_anon_WITH_NULL_SHA",
        0xC016: "TLS_ECDH_anon_WITH_RC4_128_SHA",
        0xC017: "TLS_ECDH_anon_WITH_3DES_EDE_CBC_SHA",
        0xC018: "TLS_ECDH_anon_WITH_AES_128_CBC_SHA",
        0xC019: "TLS_ECDH_anon_WITH_AES_256_CBC_SHA",
    },
    Family.EXPORT: {
        0x0003: "TLS_RSA_EXPORT_WITH_RC4_40_MD5",
        0x0006: "TLS_RSA_EXPORT_WITH_RC2_CBC_40_MD5",
        0x0008: "TLS_RSA_EXPORT_WITH_DES40_CBC_SHA",
        0x000B: "TLS_DH_DSS_EXPORT_WITH_DES40_CBC_SHA",
        0x000E: "TLS_DH_RSA_EXPORT_WITH_DES40_CBC_SHA",
        0x0011: "TLS_DHE_DSS_EXPORT_WITH_DES40_CBC_SHA",
        0x0014: "TLS_DHE_RSA_EXPORT_WITH_DES40_CBC_SHA",
        0x0017: "TLS_DH_anon_EXPORT_WITH_RC4_40_MD5",
        0x0019: "TLS_DH_anon_EXPORT_WITH_DES40_CBC_SHA",
        0x0062: "TLS_RSA_EXPORT1024_WITH_DES_CBC_SHA",
        0x0064: "TLS_RSA_EXPORT1024_WITH_RC4_56_SHA",
    },
    Family.RC4: {
        0x0004: "TLS_RSA_WITH_RC4_128_MD5",
        0x0005: "TLS_RSA_WITH_RC4_128_SHA",
        0xC002: "TLS_ECDH_ECDSA_WITH_RC4_128_SHA",
        0xC007: "TLS_ECDHE_ECDSA_WITH_RC4_128_SHA",
        0xC00C: "TLS_ECDH_RSA_WITH_RC4_128_SHA",
        0xC011: "TLS_ECDHE_RSA_WITH_RC4_128_SHA",
    },
    Family.DES: {
        0x0009: "TLS_RSA_WITH_DES_CBC_SHA",
        0x0015: "TLS_DHE_RSA_WITH_DES_CBC_SHA",
        0x000A: "TLS_RSA_WITH_3DES_EDE_CBC_SHA",
        0x0013: "TLS_DHE_DSS_WITH_3DES_EDE_CBC_SHA",
        0x0016: "TLS_DHE_RSA_WITH_3DES_EDE_CBC_SHA",
        0xC003: "TLS_ECDH_ECDSA_WITH_3DES_EDE_CBC_SHA",
        0xC008: "TLS_ECDHE_ECDSA_WITH_3DES_EDE_CBC_SHA",
        0xC00D: "TLS_ECDH_RSA_WITH_3DES_EDE_CBC_SHA",
        0xC012: "TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA",
    },
}

_OF_THEIR_TIME: Final[Mapping[int, str]] = {
    0xC00A: "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA",
    0xC014: "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA",
    0xC009: "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA",
    0xC013: "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",
    0x0039: "TLS_DHE_RSA_WITH_AES_256_CBC_SHA",
    0x0038: "TLS_DHE_DSS_WITH_AES_256_CBC_SHA",
    0x0033: "TLS_DHE_RSA_WITH_AES_128_CBC_SHA",
    0x0032: "TLS_DHE_DSS_WITH_AES_128_CBC_SHA",
    0x0035: "TLS_RSA_WITH_AES_256_CBC_SHA",
    0x002F: "TLS_RSA_WITH_AES_128_CBC_SHA",
    0x0084: "TLS_RSA_WITH_CAMELLIA_256_CBC_SHA",
    0x0041: "TLS_RSA_WITH_CAMELLIA_128_CBC_SHA",
    0x0096: "TLS_RSA_WITH_SEED_CBC_SHA",
    0x0007: "TLS_RSA_WITH_IDEA_CBC_SHA",
}
"""Suites that every version up to TLS 1.1 knew, and that nobody calls weak for themselves."""

SUITES: Final[Mapping[int, str]] = {
    **_OF_THEIR_TIME,
    **{code: name for suites in WEAK.values() for code, name in suites.items()},
}
_SSL_2_SUITES: Final = bytes.fromhex("010080 020080 030080 040080 050080 060040 0700c0")
_GROUPS: Final = (0x001D, 0x0017, 0x0018, 0x0019)
_SIGNATURES: Final = (0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0603, 0x0806, 0x0601, 0x0203, 0x0201)


@dataclass(frozen=True, slots=True)
class Offer:
    """What a handshake offers: one version at most, and the suites that go with it; one family when it is given."""

    version: Version
    family: Family | None = None

    @property
    def name(self) -> str:
        """What is offered, in French."""
        return self.version.value if self.family is None else f"suites {self.family.value} en {self.version.value}"

    @property
    def suites(self) -> Collection[int]:
        """Their codes; those that are strong enough come first."""
        return SUITES if self.family is None else WEAK[self.family]

    def hello(self, host: str) -> bytes:
        """The record to send to a server that is called by that name or address."""
        if self.version is Version.SSL_2:
            return _ssl_2_hello()
        body = CODES[self.version].to_bytes(2) + secrets.token_bytes(32) + b"\0"
        body += _sized(b"".join(code.to_bytes(2) for code in self.suites), 2) + b"\x01\x00"
        if self.version is not Version.SSL_3:
            body += _sized(_extensions(host, self.version), 2)
        handshake = b"\x01" + _sized(body, 3)
        record = min(CODES[self.version], CODES[Version.TLS_1_0])
        return b"\x16" + record.to_bytes(2) + _sized(handshake, 2)


def _ssl_2_hello() -> bytes:
    challenge = secrets.token_bytes(16)
    sizes = len(_SSL_2_SUITES).to_bytes(2) + b"\0\0" + len(challenge).to_bytes(2)
    body = b"\x01" + CODES[Version.SSL_2].to_bytes(2) + sizes + _SSL_2_SUITES + challenge
    return (0x8000 | len(body)).to_bytes(2) + body


def _extensions(host: str, version: Version) -> bytes:
    found = _extension(0xFF01, b"\0") + _extension(0x000B, b"\x01\0")
    found += _extension(0x000A, _sized(b"".join(group.to_bytes(2) for group in _GROUPS), 2))
    if version is Version.TLS_1_2:
        found += _extension(0x000D, _sized(b"".join(one.to_bytes(2) for one in _SIGNATURES), 2))
    name = _server_name(host)
    return found + (_extension(0x0000, _sized(b"\0" + _sized(name, 2), 2)) if name else b"")


def _server_name(host: str) -> bytes:
    """The name as the extension carries it; empty for an address, which it never carries."""
    try:
        ip_address(host)
    except ValueError:
        try:
            return host.encode("idna")
        except UnicodeError:
            return b""
    return b""


def _extension(kind: int, content: bytes) -> bytes:
    return kind.to_bytes(2) + _sized(content, 2)


def _sized(content: bytes, width: int) -> bytes:
    return len(content).to_bytes(width) + content
