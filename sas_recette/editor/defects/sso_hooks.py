"""What the defects of the SSO are made of: the policy of a log-in, with something left out or done otherwise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sas_recette.editor.behaviour import Behaviour
from sas_recette.editor.sso.client import SsoClient
from sas_recette.editor.sso.policy import Check, Exotic, Parameters, SsoPolicy, unguessable


def policy(**changes: Any) -> Behaviour:  # noqa: ANN401 # the fields of SsoPolicy
    """Another policy: each field is replaced."""

    def hook(before: SsoPolicy) -> SsoPolicy:
        return replace(before, **changes)

    return Behaviour(sso=(hook,))


def unchecked(*checks: Check) -> Behaviour:
    """Rules of the ID token that are not applied."""
    return Behaviour(sso=(lambda before: replace(before, unchecked=before.unchecked | set(checks)),))


def exotic(*ways: Exotic) -> Behaviour:
    """Signatures that nobody registered, accepted."""
    return Behaviour(sso=(lambda before: replace(before, exotic=before.exotic | set(ways)),))


def requested(change: Callable[[Parameters, SsoClient], Parameters], *, arrivals_only: bool = False) -> Behaviour:
    """Other parameters in the authorization request; with `arrivals_only`, not when the log-in starts once more."""

    def parameters(sent: Parameters, client: SsoClient, *, arrives: bool) -> Parameters:
        return change(sent, client) if arrives or not arrivals_only else sent

    return policy(parameters=parameters)


def values(**others: str) -> Behaviour:
    """`state`, `nonce` or `verifier` are always these; an empty one is not sent."""
    return policy(value=lambda purpose: others[purpose] if purpose in others else unguessable(purpose))
