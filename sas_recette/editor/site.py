"""The web site of one instance: all its pages together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sas_recette.editor.appointments.book import AppointmentBook
from sas_recette.editor.appointments.pages import AppointmentPages
from sas_recette.editor.appointments.patient import PatientPages
from sas_recette.editor.behaviour import Behaviour, through
from sas_recette.editor.lockout import BORNE, Lockout
from sas_recette.editor.login import LoginPages
from sas_recette.editor.pages import AgendaPages
from sas_recette.editor.regulation import RegulationPages
from sas_recette.editor.rendering import Screens, stylesheet
from sas_recette.editor.sessions import Sessions
from sas_recette.editor.sso.pages import SsoPages
from sas_recette.editor.sso.policy import REFERENCE_POLICY
from sas_recette.editor.sso.relying_party import RelyingParty
from sas_recette.editor.store import Store


@dataclass(frozen=True, slots=True)
class Instance:
    """What the pages are about; `prepare` brings the store up to date at an instant, `address` is where they are."""

    store: Store
    clock: Callable[[], datetime]
    prepare: Callable[[datetime], None]
    behaviour: Behaviour
    appointments: AppointmentBook
    address: str


def create_site(instance: Instance, party: RelyingParty | None) -> Starlette:
    """The ASGI application; `party` of None when no platform is configured."""
    policy = REFERENCE_POLICY if party is None else party.policy
    disclosed = party.client.client_secret if party is not None and policy.shows_secret else ""
    screens = Screens(Sessions(instance.clock), instance.store.regulators, disclosed)
    sso = SsoPages(screens, party)
    book = instance.appointments
    agendas = AgendaPages(instance.store, instance.clock, instance.prepare, instance.behaviour, screens, sso, book)
    appointments = AppointmentPages(instance.store, instance.clock, instance.prepare, screens, book, instance.address)
    lockout = Lockout(instance.clock, through(instance.behaviour.failures, BORNE))
    login = LoginPages(instance.store, screens, policy, lockout, platform=party is not None)
    regulation = RegulationPages(instance.store, instance.clock, screens, sso)
    return Starlette(
        routes=[
            Route("/style.css", _style, methods=["GET"]),
            *login.routes(),
            *agendas.routes(),
            *regulation.routes(),
            *appointments.routes(),
            *PatientPages(screens, book).routes(),
            *sso.routes(),
        ],
        exception_handlers={404: agendas.missing, 405: agendas.missing},
    )


async def _style(request: Request) -> Response:
    del request
    return stylesheet()
