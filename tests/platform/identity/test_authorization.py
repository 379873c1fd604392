"""The authorization endpoint: what is answered, refused on a page, or told to the client."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sas_recette.platform.identity.knobs import Knob
from sas_recette.platform.identity.memory import Novelty
from sas_recette.platform.identity.messages import Incoming, Parameters
from sas_recette.platform.identity.requests import Authorization, Denial, Refusal, judge, request_facts
from tests.platform.identity.desk import (
    ANNE,
    CALLBACK,
    CHALLENGE,
    ISSUER,
    VERIFIER,
    Desk,
    answered,
    asked,
    client,
)

_NAMES = st.sampled_from([*asked(), "prompt", "max_age", "response_mode", "request", "request_uri", "display"])
_VALUES = st.one_of(st.sampled_from([*asked().values(), "none", "login", "plain", "0"]), st.text(max_size=60))


def test_a_connected_regulator_goes_straight_back(delegation: Desk) -> None:
    response = delegation.ask()

    parameters = answered(response)
    assert response.status_code == 302
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["referrer-policy"] == "no-referrer"
    assert sorted(parameters) == ["code", "iss", "session_state", "state"]
    assert (parameters["state"], parameters["iss"]) == ("un-state-imprevisible", ISSUER)
    assert delegation.provider.response == response.headers["location"]


def test_a_request_may_come_by_post(delegation: Desk) -> None:
    response = delegation.send("POST", delegation.provider.realm.authorization, form=asked())

    assert "code" in answered(response)


def test_a_redirect_uri_with_a_query_keeps_it() -> None:
    registered = client(redirect_uris=(f"{CALLBACK}?retour=1",))
    judged = judge(Parameters.of(urlencode(asked(redirect_uri=f"{CALLBACK}?retour=1")).encode()), registered)

    assert isinstance(judged, Authorization)
    assert judged.redirect_uri == f"{CALLBACK}?retour=1"


@pytest.mark.parametrize(
    ("changes", "fact", "value", "told"),
    [
        ({"client_id": ""}, "client", "absent", "ne porte pas de client_id"),
        ({"client_id": "un-autre"}, "client", "unknown", "n’est pas enregistré"),
        ({"redirect_uri": ""}, "redirect_uri", "absent", "ne porte pas de redirect_uri"),
        ({"redirect_uri": f"{CALLBACK}/"}, "redirect_uri", "other", "n’est pas celle qui est enregistrée"),
        ({"redirect_uri": f"{CALLBACK}?x=1"}, "redirect_uri", "other", "n’est pas celle qui est enregistrée"),
        ({"redirect_uri": CALLBACK.upper()}, "redirect_uri", "other", "n’est pas celle qui est enregistrée"),
        ({"redirect_uri": "javascript:alert(1)"}, "redirect_uri", "other", "n’est pas celle qui est enregistrée"),
    ],
)
def test_nothing_is_sent_to_an_address_that_is_not_registered(
    delegation: Desk, changes: dict[str, str], fact: str, value: str, told: str
) -> None:
    response = delegation.ask(**changes)

    assert (response.status_code, response.headers.get("location")) == (400, None)
    assert told in response.text
    facts = delegation.facts()
    assert (facts[fact], facts["outcome"]) == (value, "refused")


@pytest.mark.parametrize("name", ["client_id", "redirect_uri"])
def test_a_client_that_tells_twice_who_it_is_is_refused(delegation: Desk, name: str) -> None:
    query = f"{urlencode(asked())}&{name}=https%3A%2F%2Fpirate.test"

    response = delegation.send("GET", f"{delegation.provider.realm.authorization}?{query}")

    assert response.status_code == 400
    assert f"Le paramètre {name} figure plusieurs fois" in response.text


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": ""}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": "code id_token"}, "unsupported_response_type"),
        ({"response_mode": "fragment"}, "invalid_request"),
        ({"scope": "email"}, "invalid_scope"),
        ({"scope": "openidx email"}, "invalid_scope"),
        ({"scope": ""}, "invalid_scope"),
        ({"request": "eyJ"}, "request_not_supported"),
        ({"request_uri": "https://editeur.test/r"}, "request_uri_not_supported"),
        ({"code_challenge_method": "S512"}, "invalid_request"),
        ({"code_challenge": "trop-court"}, "invalid_request"),
        ({"code_challenge": "trop-court", "code_challenge_method": "plain"}, "invalid_request"),
        ({"prompt": "none login"}, "invalid_request"),
        ({"prompt": "surprise"}, "invalid_request"),
        ({"max_age": "-1"}, "invalid_request"),
    ],
)
def test_an_error_goes_back_to_the_client(delegation: Desk, changes: dict[str, str], error: str) -> None:
    parameters = answered(delegation.ask(**changes))

    assert "code" not in parameters
    assert (parameters["error"], parameters["state"]) == (error, "un-state-imprevisible")
    assert parameters["error_description"].isascii()
    facts = delegation.facts()
    assert (facts["outcome"], facts["error"]) == ("error", error)


def test_a_repeated_parameter_is_an_invalid_request(delegation: Desk) -> None:
    response = delegation.send("GET", f"{delegation.provider.realm.authorization}?{urlencode(asked())}&state=b")

    parameters = answered(response)
    assert parameters["error"] == "invalid_request"
    assert "state" not in parameters


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({}, "S256"),
        ({"code_challenge": "", "code_challenge_method": ""}, "absent"),
        ({"code_challenge": ""}, "absent"),
        ({"code_challenge": VERIFIER, "code_challenge_method": "plain"}, "plain"),
        ({"code_challenge": VERIFIER, "code_challenge_method": ""}, "plain"),
        ({"code_challenge_method": "S512"}, "other"),
        ({"code_challenge": f"{CHALLENGE}="}, "malformed"),
    ],
)
def test_the_kinds_of_challenge(delegation: Desk, changes: dict[str, str], kind: str) -> None:
    delegation.ask(**changes)

    assert delegation.facts()["challenge"] == kind


def test_what_was_sent_before_is_told(delegation: Desk) -> None:
    delegation.ask()
    delegation.stage(None, connected=False)
    delegation.ask(nonce="", acr_values="eidas1")

    facts = delegation.facts()

    assert (facts["state"], facts["nonce"], facts["nonce_length"]) == ("repeated", "absent", "0")
    assert (facts["challenge_new"], facts["acr_values"]) == ("no", "eidas1")


def test_the_site_that_sent_the_browser_is_told(delegation: Desk) -> None:
    headers = {"referer": "https://editeur.test:444/ps/martin?origin=sas"}
    delegation.send("GET", delegation.provider.realm.authorization, query=asked(), headers=headers)

    assert delegation.facts()["origin_of_request"] == "https://editeur.test:444"


def test_a_client_secret_in_the_address_is_told(delegation: Desk) -> None:
    delegation.ask(trace=f"x{delegation.client.secret}y")
    assert delegation.facts()["secret_in_url"] == "yes"
    delegation.ask(client_secret="autre")
    assert delegation.facts()["secret_in_url"] == "yes"


@pytest.mark.parametrize(
    ("knob", "error"), [(Knob.ACCESS_DENIED, "access_denied"), (Knob.SERVER_ERROR, "server_error")]
)
def test_a_failure_asked_for(delegation: Desk, knob: Knob, error: str) -> None:
    delegation.stage(ANNE, knob)

    parameters = answered(delegation.ask())

    assert sorted(parameters) == ["error", "error_description", "iss", "state"]
    assert parameters["error"] == error


def test_an_altered_state(delegation: Desk) -> None:
    delegation.stage(ANNE, Knob.STATE_ALTERED)

    assert answered(delegation.ask())["state"] == "un-state-imprevisiblA"
    assert answered(delegation.ask(state="A"))["state"] == "B"
    assert "state" not in answered(delegation.ask(state=""))


def test_an_absent_state(delegation: Desk) -> None:
    delegation.stage(ANNE, Knob.STATE_ABSENT)

    assert "state" not in answered(delegation.ask())


def test_another_issuer_in_the_response(delegation: Desk) -> None:
    delegation.stage(ANNE, Knob.RESPONSE_ISS_OTHER)

    assert answered(delegation.ask())["iss"] == "https://autre-plateforme.invalid/realms/sas"


def test_a_held_response_is_kept_for_the_scenario(delegation: Desk) -> None:
    delegation.stage(ANNE, Knob.HELD)

    page = delegation.ask()

    assert (page.status_code, page.headers.get("location")) == (200, None)
    assert "Réponse retenue" in page.text
    assert delegation.facts()["outcome"] == "held"
    assert delegation.provider.response.startswith(f"{CALLBACK}?code=")
    assert "code=" not in page.text


@given(st.lists(st.tuples(_NAMES, _VALUES), max_size=14))
def test_any_parameters_are_judged(pairs: list[tuple[str, str]]) -> None:
    _judged(urlencode(pairs, errors="replace").encode())


@given(st.binary(max_size=300))
def test_any_query_is_judged(query: bytes) -> None:
    _judged(query)


def _judged(query: bytes) -> None:
    parameters, registered = Parameters.of(query), client()
    judged = judge(parameters, registered)
    facts = request_facts(Incoming("GET", "/auth", query), parameters, registered, Novelty())
    if isinstance(judged, Refusal):
        assert judged.reason.endswith(".")
        return
    assert judged.redirect_uri == CALLBACK
    assert (facts["client"], facts["redirect_uri"]) == ("registered", "registered")
    if isinstance(judged, Denial):
        assert judged.error.description.isascii()
        return
    assert facts["response_type"] == "code"
    assert "openid" in judged.scope.split()
    assert len(judged.challenge) in {0, 43}
