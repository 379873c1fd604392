"""What counts as a refusal, and who must be refused (security.md §2, §5)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sas_recette.exchange.model import Exchange, Fault, FaultKind
from sas_recette.rules.security.reactions import Reaction, described, reaction
from sas_recette.rules.security.refusals import ASKED_LATE
from tests.rules.security.building import ALERT, BASE, BUNDLE, OUTCOME, VALID, control, exchange, said, tallies

EXPIRED = "SEC-008"
PAGE = b"<!doctype html><title>Connexion</title>"


def intruder(seen: Exchange, case: str = "x5-expire", asked: str = "slots") -> Exchange:
    return replace(
        seen, facts={"case": case, "asked": asked, "presented": "un certificat expiré", "offered": "TLS 1.3"}
    )


def judged(*exchanges: Exchange, requirement: str = EXPIRED, **expect: object) -> str:
    return said(tallies("tls-refused", exchanges, {"requirements": [requirement], **expect})[requirement])


def failed(kind: FaultKind, phase: str, detail: str = "détail") -> Exchange:
    return exchange(fault=Fault(kind, phase, detail))


REFUSALS = [
    exchange(fault=ALERT),
    failed(FaultKind.TLS, "receive", "TLSV13_ALERT_CERTIFICATE_REQUIRED"),
    failed(FaultKind.TLS, "receive", "TLSV1_BAD_CERTIFICATE_STATUS_RESPONSE"),
    failed(FaultKind.TLS, "tls", "UNEXPECTED_EOF_WHILE_READING"),
    failed(FaultKind.RESET, "tls", "connexion rompue par la solution candidate"),
    failed(FaultKind.RESET, "send", "connexion rompue par la solution candidate"),
    failed(FaultKind.RESET, "receive", "connexion fermée sans réponse"),
    *(exchange(status=status, body=OUTCOME) for status in (400, 401, 403, 404, 495, 496)),
]
SERVED = [
    exchange(status=200, body=BUNDLE),
    exchange(status=204),
    exchange(status=403, body=BUNDLE),
    exchange(status=500, body=BUNDLE),
    exchange(status=302, location=f"{BASE}/Slot?page=2"),
    exchange(status=307, location="/fhir/Slot"),
    replace(exchange(status=200, body=BUNDLE), fault=Fault(FaultKind.TRUNCATED, "receive", "interrompue")),
]
BROKEN = [
    exchange(status=500),
    exchange(status=503, body=OUTCOME),
    exchange(status=302, location="https://www.agenda.example/erreur"),
    exchange(status=302),
    exchange(status=302, location="/login?next=/fhir/Slot"),
    exchange(status=302, location=f"{BASE}/login"),
    failed(FaultKind.TIMEOUT, "receive"),
    failed(FaultKind.TIMEOUT, "tls"),
    failed(FaultKind.PROTOCOL, "receive"),
]
UNKNOWN = [
    failed(FaultKind.NAME, "connect"),
    failed(FaultKind.REFUSED, "connect"),
    failed(FaultKind.UNREACHABLE, "connect"),
    failed(FaultKind.TIMEOUT, "connect"),
    failed(FaultKind.PROTOCOL, "connect"),
    failed(FaultKind.TLS, "tls", "CERTIFICATE_VERIFY_FAILED : certificate has expired"),
    failed(FaultKind.TLS, "tls", "NO_CIPHERS_AVAILABLE"),
    failed(FaultKind.TLS, "tls", "WRONG_VERSION_NUMBER"),
    exchange(status=429, body=OUTCOME),
    failed(FaultKind.TLS, "tls", "UNSUPPORTED_PROTOCOL"),
    failed(FaultKind.RESET, "send", "échec du réseau (No route to host)"),
    exchange(),
]


@pytest.mark.parametrize("seen", REFUSALS, ids=described)
def test_a_refusal(seen: Exchange) -> None:
    assert reaction(seen) is Reaction.REFUSED
    assert judged(intruder(seen), control()) == "held"


@pytest.mark.parametrize("seen", SERVED, ids=described)
def test_an_open_door(seen: Exchange) -> None:
    assert reaction(seen) is Reaction.SERVED
    assert judged(intruder(seen), control()) == "fail"


@pytest.mark.parametrize("seen", BROKEN, ids=described)
def test_neither_is_a_reserve(seen: Exchange) -> None:
    assert reaction(seen) is Reaction.BROKEN
    assert judged(intruder(seen), control()) == "warn"


@pytest.mark.parametrize("seen", UNKNOWN, ids=described)
def test_what_happens_here_is_no_refusal(seen: Exchange) -> None:
    assert reaction(seen) is Reaction.UNKNOWN
    assert judged(intruder(seen), control()) == "unexamined"


@pytest.mark.parametrize("witness", [control(status=403), control(asked="accounts"), exchange(fault=ALERT)])
def test_a_refusal_proves_nothing_where_the_platform_is_refused_too(witness: Exchange) -> None:
    assert judged(intruder(exchange(fault=ALERT)), witness) == "unexamined"
    assert judged(intruder(exchange(status=200, body=BUNDLE)), witness) == "unexamined"


def test_only_the_named_requirement_is_judged() -> None:
    served = intruder(exchange(status=200, body=BUNDLE))
    seen = tallies("tls-refused", (served, control()), {"requirements": [EXPIRED]})
    assert {name for name, one in seen.items() if one.examined} == {EXPIRED, "SEC-002"}
    assert seen[EXPIRED].findings[0].message == (
        "Le serveur sert la recherche de créneaux à qui présente un certificat expiré, en TLS 1.3."
    )
    assert seen[EXPIRED].findings[0].observed == "réponse HTTP 200 avec des données"


@pytest.mark.parametrize(
    ("case", "verdict"), [("x10-cn-suffixe", "fail"), ("x10-cn-casse", "warn"), ("x10-cn-espace", "warn")]
)
def test_case_and_spaces_are_a_reserve(case: str, verdict: str) -> None:
    assert judged(intruder(exchange(status=200), case), control(), requirement="SEC-005") == verdict


def test_a_revoked_certificate_weighs_where_the_list_is_known() -> None:
    exchanges = (intruder(exchange(status=200), "x3-revoque"), control())
    assert judged(*exchanges, requirement="SEC-006", crl_loaded=True) == "fail"
    assert judged(*exchanges, requirement="SEC-006", crl_loaded=False) == "unexamined"
    refused = (intruder(exchange(fault=ALERT), "x3-revoque"), control())
    assert judged(*refused, requirement="SEC-006", crl_loaded=False) == "held"


@pytest.mark.parametrize(
    ("asked", "red"),
    [("slots", {"SEC-001", "SEC-007"}), ("accounts", {"SEC-001", "SEC-028"}), ("capabilities", {"SEC-001"})],
)
def test_every_path_counts_for_one_requirement_each_for_its_own(asked: str, red: set[str]) -> None:
    named = ["SEC-001", "SEC-007", "SEC-028"]
    open_door = intruder(exchange(status=200), "x4-aucun", asked)
    seen = tallies("tls-refused", (open_door, control(asked)), {"requirements": named})
    assert {name for name in named if said(seen[name]) == "fail"} == red


def test_the_platform_is_still_served_afterwards() -> None:
    locked = exchange(status=403, case=VALID, asked="slots", presented="le certificat valide")
    expect = {"requirements": [EXPIRED], "after": "un certificat expiré"}
    seen = tallies("tls-refused", (intruder(exchange(fault=ALERT)), locked, control()), expect)
    assert said(seen["SEC-002"]) == "fail"
    assert seen["SEC-002"].findings[0].message.endswith("Cela suit une autre tentative (un certificat expiré).")
    assert said(seen[EXPIRED]) == "unexamined", "whoever comes now is refused: that proves nothing"
    open_door = intruder(exchange(status=200, body=BUNDLE))
    assert said(tallies("tls-refused", (open_door, locked, control()), expect)[EXPIRED]) == "fail"
    unreachable = exchange(fault=Fault(FaultKind.REFUSED, "connect", "connexion refusée"), case=VALID, asked="slots")
    assert said(tallies("tls-valid", (unreachable,))["SEC-002"]) == "unexamined"


def test_what_was_refused_before_an_intrusion_is_not_its_fault() -> None:
    one_version = exchange(fault=ALERT, case=VALID, asked="slots", offered="TLS 1.3")
    exchanges = (intruder(exchange(fault=ALERT)), control(), one_version, control())
    seen = tallies("tls-refused", exchanges, {"requirements": [EXPIRED], "after": "un certificat expiré"})
    assert (said(seen["SEC-002"]), said(seen[EXPIRED])) == ("held", "held")


def test_where_the_platform_is_served_is_told() -> None:
    refused = exchange(status=403, case=VALID, asked="slots")
    late = exchange(status=200, body=BUNDLE, case=VALID, asked="slots", offered=ASKED_LATE)
    told = tallies("tls-valid", (refused, late))["SEC-002"].findings
    assert [one.observed for one in told] == ["réponse HTTP 403"]
    assert (
        "Il en obtient une en TLS 1.3, le certificat étant demandé après la négociation. Ce serveur" in told[0].message
    )


@pytest.mark.parametrize(
    ("seen", "asked", "message"),
    [
        (exchange(status=200, body=BUNDLE), "slots", "Le serveur sert la recherche de créneaux à qui ne présente"),
        (exchange(status=204), "accounts", "Le serveur sert l’écriture d’un compte (Practitioner) à qui"),
        (exchange(status=200, body=PAGE), "accounts", "Le serveur répond à l’écriture d’un compte (Practitioner) par"),
        (exchange(status=302, location="/fhir/Slot"), "slots", "Le serveur redirige la recherche de créneaux vers"),
        (exchange(status=403, body=BUNDLE), "slots", "Le serveur livre une ressource Bundle avec son refus, à qui"),
    ],
)
def test_the_words_say_what_the_server_did(seen: Exchange, asked: str, message: str) -> None:
    nobody = replace(seen, facts={"case": "x4-aucun", "asked": asked, "presented": "aucun certificat"})
    told = tallies("tls-refused", (nobody, control(asked)), {"requirements": ["SEC-001"]})["SEC-001"].findings
    assert [one.message.startswith(message) for one in told] == [True]


PERSON = (
    b'{"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "Practitioner", "name": [{"family": "%s"}]}}]}'
)


@pytest.mark.parametrize(
    ("after", "unknown", "verdict"),
    [(201, 201, "held"), (200, 201, "fail"), (201, 200, "unexamined"), (403, 201, "unexamined")],
)
def test_a_creation_without_effect(after: int, unknown: int, verdict: str) -> None:
    exchanges = (exchange(fault=ALERT), exchange(status=after), exchange(status=unknown))
    assert said(tallies("tls-no-effect", exchanges, {"effect": "creation"})["SEC-028"]) == verdict


@pytest.mark.parametrize(
    ("body", "verdict"), [(PERSON % b"Kerbrat", "held"), (PERSON % b"Intrusion", "fail"), (BUNDLE, "unexamined")]
)
def test_a_change_without_effect(body: bytes, verdict: str) -> None:
    exchanges = (exchange(status=403), exchange(status=200, body=body))
    expect = {"effect": "change", "family": "Kerbrat"}
    assert said(tallies("tls-no-effect", exchanges, expect)["SEC-028"]) == verdict
