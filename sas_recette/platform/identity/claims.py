"""What the provider says of a person: delegation (sso.md §5) or Pro Santé Connect (sso.md §10.3), and the deviations of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from sas_recette.platform.identity.knobs import Knob
from sas_recette.platform.identity.person import Person
from sas_recette.platform.identity.realm import Realm

Claims = dict[str, Any]

PSC_LIKE: Final = "psc"
UNKNOWN_IDP: Final = "methode-inconnue-du-banc"
_FEDERATION: Final = "550dc1c8-d97b-4b1e-ac8c-8eb4471cf9dd"
"""The directory that identities come from is one for the whole of Pro Santé Connect: the form is `f:<uuid>:<national id>`."""
_RPPS: Final = "8"
_STRUCTURE: Final = "3"


def subject_of(person: Person, realm: Realm) -> str:
    """The stable `sub` of a person."""
    return f"f:{_FEDERATION}:{person.national}" if realm.mode == "psc" else person.subject


def id_token_person(person: Person, realm: Realm, knobs: frozenset[Knob]) -> Claims:
    """What an ID token says of a person besides `sub`; where UserInfo is somebody else's, not who it is."""
    if realm.mode == "psc":
        claims: Claims = {"preferred_username": person.national, **_names(person)}
    else:
        claims = _delegated(person, realm, knobs)
    named = () if Knob.USERINFO_OTHER_SUB not in knobs else ("email", "email_verified", "preferred_username")
    return {name: value for name, value in claims.items() if name not in named}


def userinfo(person: Person, realm: Realm, knobs: frozenset[Knob]) -> Claims:
    """What UserInfo says of a person."""
    subject = subject_of(person, realm)
    claims = {"sub": f"{subject}-autre" if Knob.USERINFO_OTHER_SUB in knobs else subject}
    return claims | (_professional(person) if realm.mode == "psc" else _delegated(person, realm, knobs))


def _names(person: Person) -> Claims:
    return {"given_name": person.given, "family_name": person.family}


def _delegated(person: Person, realm: Realm, knobs: frozenset[Knob]) -> Claims:
    """The e-mail is nowhere else than in `email`, so that a token without it says nothing of it."""
    claims: Claims = {
        "email": person.email,
        "email_verified": True,
        "idp_connect": realm.idp_connect,
        "name": f"{person.given} {person.family}",
        **_names(person),
    }
    for knob, deviate in _DEVIATIONS.items():
        if knob in knobs:
            deviate(claims)
    return claims


def _setting(name: str, value: object) -> Callable[[Claims], None]:
    def change(claims: Claims) -> None:
        claims[name] = value

    return change


def _without_email(claims: Claims) -> None:
    del claims["email"], claims["email_verified"]


def _in_capitals(claims: Claims) -> None:
    claims["email"] = claims["email"].upper()


def _without_idp(claims: Claims) -> None:
    del claims["idp_connect"]


_DEVIATIONS: Final[Mapping[Knob, Callable[[Claims], None]]] = {
    Knob.EMAIL_IN_CAPITALS: _in_capitals,
    Knob.EMAIL_EMPTY: _setting("email", ""),
    Knob.EMAIL_NOT_VERIFIED: _setting("email_verified", False),
    Knob.EMAIL_ABSENT: _without_email,
    Knob.IDP_PSC: _setting("idp_connect", PSC_LIKE),
    Knob.IDP_UNKNOWN: _setting("idp_connect", UNKNOWN_IDP),
    Knob.IDP_ABSENT: _without_idp,
}


def _professional(person: Person) -> Claims:
    """A holder of an RPPS identifier is a doctor; any other works in a structure, and has no profession to show (§10.4)."""
    doctor = person.national.startswith(_RPPS)
    in_structure = person.national.startswith(_STRUCTURE)
    claims: Claims = {
        "preferred_username": person.national,
        "SubjectNameID": person.national,
        **_names(person),
        "email_verified": False,
        "Secteur_Activite": "SA07^1.2.250.1.71.4.2.4",
        "SubjectOrganization": "STRUCTURE DE RÉGULATION DU BANC",
        "SubjectOrganizationID": person.national.partition("/")[0] if in_structure else "",
        "SubjectRefPro": {"codeCivilite": "M", "exercices": [_practice(person)] if doctor else []},
        "otherIds": [{"identifiant": person.national[1:], "origine": "RPPS", "qualite": 1}] if doctor else [],
        "Palier_Authentification": "APPPRIP3^1.2.250.1.213.1.5.1.1.1",
        "PSI_Locale": "1.2.250.1.213.1.3.1.1",
        "UITVersion": "1.0",
        "Mode_Acces_Raison": "",
        "Acces_Regulation_Medicale": "FAUX",
    }
    return claims | ({"SubjectRole": ["10^1.2.250.1.213.1.1.5.5"]} if doctor else {})


def _practice(person: Person) -> Claims:
    return {
        "codeProfession": "10",
        "codeCategorieProfessionnelle": "C",
        "codeCiviliteDexercice": "DR",
        "nomDexercice": person.family,
        "prenomDexercice": person.given,
        "codeTypeSavoirFaire": "",
        "codeSavoirFaire": "",
        "activities": [],
    }
