"""The note that goes with a rehearsal PKI (security.md §6, point 7), and the table of `recette.toml` that names it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from sas_recette.platform.authority import Points, Rank
from sas_recette.platform.negatives import NegativeCase
from sas_recette.platform.server_case import WRONG_HOST, ServerCase

_CASES: Final[Mapping[NegativeCase, str]] = {
    NegativeCase.WRONG_CN: "un autre CN",
    NegativeCase.WRONG_OU: "une autre OU",
    NegativeCase.REVOKED: "révoqué : inscrit dans crl-emettrice.pem",
    NegativeCase.EXPIRED: "expiré depuis un jour",
    NegativeCase.NOT_YET_VALID: "valable à partir de demain",
    NegativeCase.SELF_SIGNED: "signé par lui-même",
    NegativeCase.FOREIGN_CA: "émis par une autre autorité qui porte le même nom",
    NegativeCase.WRONG_USAGE: "prévu pour un serveur seulement (extendedKeyUsage)",
    NegativeCase.CN_SUFFIX: "un CN qui commence par celui attendu",
    NegativeCase.CN_PREFIX: "un CN qui finit par celui attendu",
    NegativeCase.OU_SUFFIX: "une OU qui commence par celle attendue",
    NegativeCase.OU_PREFIX: "une OU qui finit par celle attendue",
    NegativeCase.CN_CASE: "le CN attendu, dans l’autre casse (réserve s’il est accepté)",
    NegativeCase.CN_SPACE: "le CN attendu suivi d’un espace (réserve s’il est accepté)",
    NegativeCase.CN_IN_O: "un autre CN ; celui attendu est dans O",
    NegativeCase.CN_IN_SAN: "un autre CN ; celui attendu est dans subjectAltName",
    NegativeCase.TWO_OUS: "deux OU, la seconde étant celle attendue (pour information)",
}


def tls_table(folder: Path, *, loaded: bool = False, revocation_url: str = "") -> str:
    """The `[tls]` table of a candidate whose PKI is in a folder; `loaded` tells that it knows the revocation list.

    `revocation_url` is the address that certificates carry, if they carry one.
    """
    paths = {
        "client_certificate": folder / "client.pem",
        "client_key": folder / "client.key",
        "server_ca": folder / "ac-chaine.pem",
        "folder": folder,
    }
    lines = (f"{key} = {json.dumps(str(path), ensure_ascii=False)}" for key, path in paths.items())
    return "\n".join(
        (
            "[tls]",
            'pki = "banc"',
            *lines,
            "# true une fois crl-emettrice.pem chargée dans la solution (sans quoi un certificat révoqué accepté ne se juge pas)",
            f"crl_loaded = {str(loaded).lower()}",
            *_listening(revocation_url),
            "",
        )
    )


def _listening(url: str) -> tuple[str, ...]:
    if not url:
        return ()
    return (
        "# où le banc écoute pendant la campagne, pour publier sa liste (CRL) et répondre en OCSP",
        f"revocation_address = {json.dumps(urlsplit(url).netloc)}",
    )


def _published(url: str) -> str:
    if not url:
        return (
            "  Les certificats n’en portent pas l’adresse (« sas-recette certs --revocation-url http://hôte:port »\n"
            "  l’y écrit) : configurez-la dans la solution, ou chargez-y les listes."
        )
    return "\n".join(
        (
            f"  Les certificats portent l’adresse {url} :",
            f"  {Points.at(url, Rank.ISSUING).crl}   la liste de l’autorité émettrice",
            f"  {Points.at(url, Rank.ROOT).crl}   celle de l’autorité racine",
            f"  {Points.at(url, Rank.ISSUING).ocsp}   OCSP, pour les deux",
        )
    )


def _revocation(url: str) -> str:
    return f"""\
Révocation, publiée par le banc
  Le banc publie ses listes en HTTP (DER) et répond en OCSP tant que « sas-recette revocation » tourne, et
  pendant une campagne si recette.toml donne tls.revocation_address.
{_published(url)}
  ocsp-emettrice.pem, ocsp-emettrice.key   le répondeur OCSP délégué par l’autorité émettrice
  ocsp-racine.pem, ocsp-racine.key         le répondeur OCSP délégué par l’autorité racine
  Ils ne peuvent rien émettre, et valent un an comme les certificats : OCSP continue quand les listes sont périmées.
"""


def _cases() -> str:
    width = max(len(case) for case in NegativeCase) + len("client-.pem")
    return "\n".join(f"  {f'client-{case}.pem':<{width}}  {words}" for case, words in _CASES.items())


def readme(platform: tuple[str, str], editor: tuple[str, str], hosts: Sequence[str], revocation_url: str = "") -> str:
    """The French note of a PKI: what each file is, what to install, what to remove afterwards.

    `platform` and `editor` are a CN and an OU each, `hosts` the names of the server's certificate, `revocation_url` the address
    that certificates carry, if they carry one.
    """
    (expected_cn, expected_ou), (editor_cn, editor_ou) = platform, editor
    return f"""\
PKI DE RÉPÉTITION DU BANC DE RECETTE SAS
========================================

Ces certificats sont jetables. Ils ne viennent pas de l’IGC-Santé et ne prouvent l’identité de personne.
Ne les installez jamais en production ni dans le magasin de confiance d’un poste de travail ; retirez-les
de la solution candidate dès que la recette est finie. Ne transmettez à personne les fichiers « .key »,
hormis celui de l’éditeur, qui lui revient.

À installer dans la solution candidate
  ac-chaine.pem       les deux autorités (racine et émettrice) auxquelles faire confiance
  ac-racine.pem       l’autorité racine seule
  ac-emettrice.pem    l’autorité émettrice seule
  crl-emettrice.pem   la liste de révocation de l’autorité émettrice (valable 24 heures)
  crl-racine.pem      la liste de révocation, vide, de l’autorité racine (valable 24 heures)
  CN attendu : {expected_cn}
  OU attendue : {expected_ou}

{_revocation(revocation_url)}
Côté banc de recette (la plateforme SAS)
  client.pem, client.key      le certificat que la solution candidate doit accepter

Côté éditeur (client de la plateforme pour la remontée des rendez-vous, INT_R03)
  editeur.pem, editeur.key    le certificat client que la solution candidate présente au banc
  editeur.p12                 le même avec sa clé et sa chaîne, au format PKCS#12
  editeur-mot-de-passe.txt    le mot de passe de editeur.p12
  CN : {editor_cn}
  OU : {editor_ou}

Pour un serveur d’essai ({", ".join(hosts)})
  serveur.pem, serveur.key    un certificat de serveur

Certificats de serveur que l’éditeur doit refuser (chacun avec sa clé « .key »)
  serveur-{ServerCase.WRONG_HOST}.pem       au nom de {WRONG_HOST}
  serveur-{ServerCase.EXPIRED}.pem            expiré depuis un jour
  serveur-{ServerCase.FOREIGN_CA}.pem    émis par une autre autorité qui porte le même nom
  serveur-{ServerCase.SELF_SIGNED}.pem        signé par lui-même

Certificats que la solution candidate doit refuser (chacun avec sa clé « .key »)
{_cases()}

Pour recette.toml
  recette-tls.toml            la table [tls] à recopier (complétez-la une fois la liste de révocation chargée)

À retirer une fois la recette finie
  les deux autorités et les deux listes de révocation, du magasin de confiance de la solution ;
  le CN et l’OU attendus ci-dessus, de sa configuration ;
  le certificat client de l’éditeur (editeur.p12), et l’autorité du banc dans sa configuration de client.

Les clés des autorités ne sont pas conservées. Pour renouveler une liste de révocation, créez une nouvelle PKI
avec la commande « sas-recette certs ».
"""
