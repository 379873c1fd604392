"""The two requests of the authorization code flow, as authlib writes them (sso.md §4, steps 3 and 6)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote, urlencode

from authlib.oauth2.auth import ClientAuth
from authlib.oauth2.client import OAuth2Client
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from joserfc.jwk import ECKey, RSAKey

from sas_recette.editor.sso.attempts import Attempt
from sas_recette.editor.sso.backchannel import Request
from sas_recette.editor.sso.client import REQUIRED_ACR, SsoClient
from sas_recette.editor.sso.policy import SsoPolicy, TokenCall
from sas_recette.editor.sso.provider import Endpoints

_ASSERTION_LIFE: Final = 60
_FORM: Final = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}


@dataclass(frozen=True, slots=True)
class CodeFlow:
    """The requests of one client; `redirect_uri` is where responses come back, `key` is for private_key_jwt only."""

    client: SsoClient
    redirect_uri: str
    policy: SsoPolicy
    clock: Callable[[], datetime]
    key: RSAKey | ECKey | None = None

    def authorization_url(self, endpoints: Endpoints, attempt: Attempt, *, arrives: bool) -> str:
        """Where the browser goes, for an attempt of somebody who `arrives` from the platform, or not."""
        parameters = {"redirect_uri": self.redirect_uri, "scope": self.client.scope, "response_type": "code"}
        if attempt.nonce:
            parameters["nonce"] = attempt.nonce
        if self.client.mode == "psc":
            parameters["acr_values"] = REQUIRED_ACR
        parameters = self.policy.parameters(parameters, self.client, arrives=arrives)
        maker = OAuth2Client(None, client_id=self.client.client_id, code_challenge_method="S256")
        url, _ = maker.create_authorization_url(
            endpoints.authorization, state=attempt.state, code_verifier=attempt.verifier or None, **parameters
        )
        return str(url)

    def token_calls(self, endpoints: Endpoints, attempt: Attempt, code: str) -> tuple[TokenCall, ...]:
        """The calls that exchange a code."""
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": self.redirect_uri}
        if attempt.verifier:
            form["code_verifier"] = attempt.verifier
        return self.policy.token_calls(TokenCall(endpoints.token, form, self.client.authentication), self.client)

    def token_request(self, call: TokenCall) -> Request:
        """A call with the proof of who makes it."""
        form = dict(call.form)
        if call.secret_in_form:
            form |= {"client_id": self.client.client_id, "client_secret": self.client.client_secret}
        url, headers, body = self._authenticated(call, dict(_FORM), urlencode(form))
        if call.method == "GET":
            return Request("GET", f"{url}?{body}", headers)
        return Request(call.method, url, headers, body.encode())

    def _authenticated(self, call: TokenCall, headers: dict[str, str], body: str) -> tuple[str, dict[str, str], str]:
        name, secret = self.client.client_id, self.client.client_secret
        method: Any = call.authentication
        if method == "client_secret_basic":
            # RFC 6749 2.3.1 form-encodes both before Basic; authlib leaves that to its caller.
            name, secret = quote(name, safe=""), quote(secret, safe="")
        elif method == "private_key_jwt":
            now = int(self.clock().timestamp())
            method = PrivateKeyJWT(call.url, {"iat": now, "exp": now + _ASSERTION_LIFE}, alg=self.client.algorithm)
        proof = self.key if call.authentication == "private_key_jwt" else secret
        url, headers, body = ClientAuth(name, proof, method).prepare("POST", call.url, headers, body)
        return url, headers, body


def tokens_of(document: Mapping[str, Any]) -> tuple[str, str]:
    """Access token and ID token of a token response; what is missing is empty."""
    access, identity = document.get("access_token"), document.get("id_token")
    return access if isinstance(access, str) else "", identity if isinstance(identity, str) else ""


def private_key(client: SsoClient) -> RSAKey | ECKey | None:
    """The key of private_key_jwt, None for another method. Raises OSError or ValueError when it cannot be read."""
    if client.authentication != "private_key_jwt":
        return None
    if client.private_key is None:
        raise ValueError("private_key_jwt demande un fichier de clé privée.")
    kind = ECKey if client.algorithm.startswith("ES") else RSAKey
    return kind.import_key(client.private_key.read_bytes())
