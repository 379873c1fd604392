"""The cahier of INT_SSO against Apache and mod_auth_openidc: what it is worth, and that it is refused for the right reason."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Final, NamedTuple

import pytest

from sas_recette.cli.reference_sso import free_port
from sas_recette.engine.browser_traces import BrowserTraces, Keeping
from sas_recette.engine.campaign import utc_now
from sas_recette.engine.candidate import Candidate
from sas_recette.engine.stage import StageHand
from sas_recette.engine.verdict import Verdict
from sas_recette.norm.requirements import Flow
from sas_recette.platform.identity.person import Client
from sas_recette.platform.pki import TestPki
from tests.matrix.cahier import campaign, scenarios
from tests_external.apache import Apache, redirect_uri, running_apache
from tests_external.platform import issuer_at
from tests_external.solution import Solution, declared, solution

SECRET: Final = "secret: 100 % & +/=x"
OK, BUT, NO, OUT = Verdict.CONFORME, Verdict.RESERVE, Verdict.NON_CONFORME, Verdict.SANS_OBJET


class Worth(NamedTuple):
    """The verdict of each requirement that is not « conforme », and what Apache says of it in its log."""

    others: Mapping[str, Verdict] = MappingProxyType({})
    log: str = ""


CAHIER: Final = {
    # mod_authz_groupfile compares names as they are written: OP-3 makes that a réserve
    "S01": Worth({"SSO-027": BUT}, "user REGULATEUR-"),
    "S02": Worth(),
    "S03": Worth(),
    "S04": Worth(),
    "S07": Worth(),
    "S08": Worth(log="authorization failure"),
    "S09": Worth(log="authorization failure"),
    "S11": Worth(log="authorization failure"),
    "S13a": Worth(log="JWT signature verification failed"),
    "S13b": Worth(log="JWT signature verification failed"),
    "S13c": Worth(log="could not find key with kid"),
    # allowed by OIDC 3.1.3.7 step 6 in the code flow, whatever OIDCIDTokenSignedResponseAlg says; not by this candidate file
    "S14a": Worth({"SSO-019": NO, "SSO-050": BUT}),
    "S14b": Worth(log="not signed with the expected configured algorithm: HS256 != RS256"),
    "S14c": Worth(log="not signed with the expected configured algorithm: HS256 != RS256"),
    "S15a": Worth(log="(https://autre-plateforme.invalid/realms/sas)"),
    "S15b": Worth(log="/realms/autre-domaine)"),
    # it compares issuers but for a final slash
    "S15c": Worth({"SSO-021": NO}),
    "S15d": Worth(log='did not match the "aud" claim value (client-etranger-du-banc)'),
    "S15e": Worth(log='did not contain an "aud" claim'),
    # it takes any further audience, as long as azp is itself
    "S15f": Worth({"SSO-022": NO}),
    "S15g": Worth(log='the "azp" claim (client-etranger-du-banc) is present in the id_token, but is not equal'),
    "S16": Worth(log="JWT expired 600 seconds ago"),
    "S17a": Worth(log="in the id_token did not match the one stored in the browser session"),
    "S17b": Worth(log='did not contain a "nonce" string'),
    "S18": Worth(log="unable to restore state"),
    "S18d": Worth(log="unable to restore state"),
    "S19": Worth(log="unable to restore state"),
    "S20a": Worth(),
    "S20b": Worth(),
    "S21a": Worth(log='"invalid_grant"'),
    "S21b": Worth(log='"server_error"'),
    "S21c": Worth(log="Operation timed out"),
    "S21d": Worth(log="JSON parsing returned an error"),
    "S21e": Worth(log="JSON parsing returned an error"),
    "S21f": Worth(log='no "id_token" parameter found in the code response'),
    "S22": Worth(),
    "S25a": Worth(log="could not set the remote user"),
    "S25b": Worth(log="authorization failure"),
    "S25c": Worth(log='did not contain the required-by-spec "sub"'),
    "S25d": Worth(log="returned from userinfo endpoint does not match the one in the id_token"),
    "S26": Worth(),
    "S23": Worth(),
    # a session that is open is not questioned, whatever origin says: OP-8 makes that a réserve
    "S27b": Worth({"SSO-035": BUT}),
    "S30": Worth(log="does not match"),
    "S31": Worth(),
    "S33": Worth(),
    "S35": Worth(),
    "S40": Worth(log="SSL certificate problem"),
}
ELSEWHERE: Final = {"S12", "S26b", "S27", "S29", "S70"}
"""Apache has neither terms of use, nor points fixes, nor log-in page of its own, nor anybody to answer."""

OPEN_TO_ALL: Final[Mapping[str, Mapping[str, Verdict]]] = {
    "S03": {"SSO-003": NO},
    "S08": {"SSO-029": NO},
    "S09": {"SSO-030": NO, "ACC-024": NO},
}
"""Whoever the platform vouches for gets in, from anywhere."""


@dataclass(frozen=True, slots=True)
class Played:
    """Apache in the hands of the engine."""

    apache: Apache
    solution: Solution
    candidate: Candidate
    hand: StageHand
    now: datetime
    folder: Path

    def worth(self, number: str) -> tuple[dict[str, Verdict], str]:
        """What a scenario finds of each requirement, and what Apache logged meanwhile."""
        before = len(self.apache.log)
        result = campaign(
            self.solution,
            Path(tempfile.mkdtemp(dir=self.folder)),
            Flow.INT_SSO,
            now=self.now,
            declared=self.candidate,
            played=(number,),
            stage=lambda: self.hand,
        )
        wanted = result.scenarios[0].result.requirements
        return {name: result.requirements[name].verdict for name in wanted}, self.apache.log[before:]


@contextmanager
def _played(pki: TestPki, folder: Path, *, habilitations: bool) -> Iterator[Played]:
    port, issuer, now = free_port(), issuer_at(free_port()), utc_now()
    client = Client("apache", SECRET, (redirect_uri(port),))
    with (
        running_apache(client, issuer, port, pki, habilitations=habilitations) as apache,
        solution(apache, now) as carried,
    ):
        candidate = declared(apache, issuer, pki, now)
        assert candidate.sso is not None
        hand = StageHand(candidate.sso, None, folder, "essai", utc_now, BrowserTraces(folder, Keeping.NEVER))
        try:
            yield Played(apache, carried, candidate, hand, now, folder)
        finally:
            hand.close()


@pytest.fixture(scope="module")
def careful(apache_installed: None, pki: TestPki, folder: Path) -> Iterator[Played]:
    """Apache that knows regulators, and origin."""
    with _played(pki, folder, habilitations=True) as played:
        yield played


@pytest.fixture(scope="module")
def careless(apache_installed: None, pki: TestPki, folder: Path) -> Iterator[Played]:
    """Apache as a first configuration makes it."""
    with _played(pki, folder, habilitations=False) as played:
        yield played


def test_the_whole_cahier_is_looked_at() -> None:
    assert {one.id.rpartition("-")[2] for one in scenarios(Flow.INT_SSO)} == {*CAHIER, *ELSEWHERE}


@pytest.mark.parametrize("number", CAHIER)
def test_what_apache_is_worth(careful: Played, number: str) -> None:
    verdicts, log = careful.worth(number)

    assert {name: one for name, one in verdicts.items() if one is not OK} == CAHIER[number].others
    assert CAHIER[number].log in log


@pytest.mark.parametrize("number", OPEN_TO_ALL)
def test_what_apache_is_worth_where_everybody_gets_in(careless: Played, number: str) -> None:
    verdicts, _ = careless.worth(number)

    assert {name: one for name, one in verdicts.items() if one is not OK} == OPEN_TO_ALL[number]


def test_a_solution_that_relies_on_tls_says_so(careless: Played) -> None:
    sso = careless.candidate.sso
    assert sso is not None
    relying = careless.candidate.model_copy(update={"sso": sso.model_copy(update={"signature": "tls"})})

    assert replace(careless, candidate=relying).worth("S14a")[0] == {"SSO-019": OUT, "SSO-050": BUT}
