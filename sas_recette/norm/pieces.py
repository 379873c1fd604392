"""What the dossier of a référencement is made of: evidence expected of a declaration, pieces to join, and the circuit.

Sources: referencing.md §4 (a reconstruction, printed as guidance and never judged) and §6, security.md §7.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal, get_args

from sas_recette.norm.typography import french

PieceId = Literal[
    "convention",
    "points-acces",
    "certificat",
    "cgu",
    "mots-de-passe",
    "habilitation",
    "hds",
    "mfa-blocage",
    "formation",
    "communication",
    "support",
    "rgpd",
    "planning",
]


@dataclass(frozen=True, slots=True)
class Piece:
    """A document that goes with the dossier. The texts are French.

    `requirements` are those whose declaration it proves. `described` when a statement may stand for it; `shown_by` is the
    requirement whose examination by the bench may, empty when none does.
    """

    id: PieceId
    title: str
    contents: str
    requirements: tuple[str, ...] = ()
    described: bool = False
    shown_by: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the circuit: its number, what happens, who acts, with which documents. In French."""

    number: int
    title: str
    actor: str
    documents: str


def _piece(
    piece: PieceId,
    title: str,
    contents: str,
    *requirements: str,
    described: bool = False,
    shown_by: str = "",
) -> Piece:
    return Piece(piece, french(title), french(contents), requirements, described, shown_by)


PIECES: Final = (
    _piece(
        "convention", "Convention d’interfaçage signée", "La convention avec l’ANS, signée des deux parties.", "REF-011"
    ),
    _piece(
        "points-acces",
        "Fiche technique des points d’accès",
        "Les points d’accès de chaque environnement et leur correspondance avec Recette, Pré-production et Production.",
        "PERF-007",
    ),
    _piece(
        "certificat",
        "Demande de certificat, ou nom distinctif (DN)",
        "Le CN et l’OU du certificat client de la solution.",
        shown_by="SEC-019",
    ),
    _piece("cgu", "CGU destinées aux régulateurs", "Les conditions de la première connexion.", "ACC-062"),
    _piece(
        "mots-de-passe",
        "Procédure relative aux mots de passe",
        "Génération, premier choix, réinitialisation.",
        "ACC-048",
        described=True,
    ),
    _piece(
        "habilitation",
        "Description de l’habilitation des régulateurs",
        "Les droits donnés aux régulateurs, et ceux qui leur sont refusés.",
        "ACC-050",
        described=True,
    ),
    _piece(
        "hds",
        "Certificat HDS",
        "Titulaire, activités couvertes (1 à 6), organisme certificateur, numéro, dates de validité et sites ; le contrat si "
        "l’hébergeur est un sous-traitant.",
        "SEC-022",
    ),
    _piece(
        "mfa-blocage",
        "Description de la double authentification et du blocage après échecs",
        "Le second facteur des effecteurs ; le nombre d’échecs admis et la durée du blocage.",
        "SEC-023",
        "SEC-024",
        described=True,
    ),
    _piece("formation", "Kit de formation des régulateurs", "Le kit remis aux régulateurs.", "REF-014"),
    _piece("communication", "Communication aux effecteurs", "Le message adressé aux effecteurs clients.", "REF-015"),
    _piece(
        "support",
        "Description du support",
        "Niveau, contact, horaires, durée, coût pour les effecteurs.",
        "REF-016",
        described=True,
    ),
    _piece("rgpd", "Élément relatif au RGPD", "Par exemple l’inscription du traitement au registre."),
    _piece("planning", "Planning de réalisation", "Les étapes des travaux et leurs dates.", "REF-025", described=True),
)
"""The pieces of referencing.md §6, in its order."""

if {piece.id for piece in PIECES} != set(get_args(PieceId)):  # pragma: no cover - a slip in this module
    raise AssertionError("PieceId and PIECES disagree")

TITLES: Final[Mapping[str, str]] = MappingProxyType({piece.id: piece.title for piece in PIECES})
"""The title of each piece, by its id."""

_EXPECTED: Final[Mapping[str, str]] = MappingProxyType(
    {
        **{name: piece.contents for piece in PIECES for name in piece.requirements},
        "REF-006": "Une capture de la fiche d’un PS avec son RPPS, ou un extrait.",
        "REF-007": "Une capture du refus de saisie sans identifiant, ou le résultat d’une requête de comptage.",
        "REF-008": "Une capture de la fiche d’une structure avec son identifiant.",
        "REF-012": "Le cahier de recette de la campagne, et les preuves qu’il cite.",
        "REF-013": "La liste des anomalies et leur suivi : identifiant, sévérité, état, version corrigée.",
        "REF-016": "Contact, horaires, niveau et durée du support.",
        "REF-017": "L’engagement de maintenance, selon la convention.",
        "REF-018": "La liste des associations : SIRET précédé de 3, nom, points fixes de garde.",
        "REF-019": "La date et les modalités de la mise en service, selon la convention.",
        "REF-021": "La date ou la référence du dépôt.",
        "REF-023": "Pour chaque type de créneau, s’il est transmis.",
        "REF-024": "Pour chaque donnée du tableau de l’atelier, si elle peut être transmise.",
        "REF-026": "Les dates et l’environnement de la recette connectée.",
        "PERF-005": "Un essai, ou le dimensionnement retenu.",
        "PERF-009": "Disponibilité, délais de correction, performances (table [service]).",
        "SEC-023": "La description du second facteur, une capture.",
        "SEC-024": "Le nombre d’échecs admis, la durée du blocage, une capture.",
    }
)

_ANY_EVIDENCE: Final = french("Une phrase qui dit comment la solution y répond, ou un document.")


def expected_evidence(requirement: str) -> str:
    """What proves a declaration, in a French sentence."""
    return french(_EXPECTED.get(requirement, _ANY_EVIDENCE))


CIRCUIT: Final = tuple(
    Step(number, french(title), actor, french(documents))
    for number, (title, actor, documents) in enumerate(
        (
            (
                "Compte industriels Santé Connect, organisation rattachée ; accès à Convergence",
                "éditeur",
                "KBIS, mandat",
            ),
            (
                "Candidature administrative, formulaire d’éligibilité, acceptation de la charte",
                "éditeur",
                "description de la solution, version",
            ),
            ("Instruction de l’éligibilité, questions", "ANS", ""),
            ("Signature de la convention d’interfaçage", "ANS et éditeur", "convention"),
            ("Lancement : choix d’implémentation, planning", "ANS et éditeur", "planning"),
            ("Développements, essais avec les outils de l’ANS et le banc", "éditeur", "campagnes du banc"),
            (
                "Échange des données techniques : points d’accès, certificats (CN, OU), client OIDC, CGU",
                "ANS et éditeur",
                "fiche technique",
            ),
            (
                "Recette connectée en Recette puis en Pré-production, selon le cahier de recette ; anomalies corrigées",
                "ANS et éditeur",
                "cahier de recette rempli, preuves",
            ),
            ("Dépôt du dossier de preuves", "éditeur", "preuves de chaque exigence"),
            ("Instruction des preuves, échanges", "ANS et éditeur", "réponses"),
            ("Attribution du référencement", "ANS", "décision"),
            ("Mise en service, selon la convention", "ANS et éditeur", "compte rendu de mise en service"),
        ),
        start=1,
    )
)
"""The steps of referencing.md §4: a reconstruction, to be printed as guidance."""

GUIDANCE: Final = french(
    "À titre indicatif : circuit reconstitué à partir des sources publiques, que le banc ne juge pas. L’ANS fait foi."
)
