"""Réservation: a regulator takes a slot, and the platform is told at once."""

from sas_recette.engine.bench import Bench
from sas_recette.engine.booked import CANCELLED
from sas_recette.engine.desk import appointments
from sas_recette.engine.offers import UseCase
from sas_recette.engine.scenario import scenario
from sas_recette.norm.requirements import Flow
from sas_recette.platform.accounts import IdentifierKind

CATEGORY = "Réservation"
NEEDS = ("appointments.base_url", "sso.issuer", "sso.pages.session")
MESSAGE = (
    *("RDV-001", "RDV-002", "RDV-011", "RDV-012", "RDV-013", "RDV-015", "RDV-016", "RDV-017", "RDV-018", "RDV-020"),
    *("RDV-022", "RDV-023", "RDV-024", "RDV-025", "RDV-026", "RDV-029", "RDV-034", "RDV-035", "RDV-041"),
    *("RDV-043", "RDV-044", "RDV-045"),
)
"""What each message of a booking shows, whatever the use case."""

OF_PRACTITIONERS = ("RDV-021", "RDV-027", "RDV-028", "RDV-040")
"""What a message shows besides where the acceptance is tacit."""


@scenario(
    "RDV-S01",
    title="Créneau d’un praticien",
    flow=Flow.INT_R03,
    category=CATEGORY,
    requirements=(*MESSAGE, *OF_PRACTITIONERS, "RDV-050"),
    preconditions=("Le régulateur est connu par l’identifiant technique de la plateforme (INTRN).",),
    steps=(
        "Le régulateur suit l’adresse d’un créneau et le réserve pour un patient.",
        "Le créneau est recherché de nouveau, puis le rendez-vous est annulé.",
    ),
    expected=(
        "La plateforme reçoit aussitôt le rendez-vous : horaires du créneau, praticien, régulateur.",
        "Le créneau n’est plus proposé, puis il l’est de nouveau.",
    ),
    needs=(*NEEDS, "appointments.practitioner"),
)
def creneau_d_un_praticien(bench: Bench) -> None:
    """The agenda tells the truth before, during and after."""
    with appointments(bench) as desk:
        before = desk.search("ps", "Recherche avant la réservation")
        booked = desk.book(desk.regulator(), desk.offers("ps")[0])
        during = desk.search("ps", "Recherche après la réservation")
        desk.change(CANCELLED, booked, "regulator")
        after = desk.search("ps", "Recherche après l’annulation")
        desk.judge_agenda(booked, before, during, after)


@scenario(
    "RDV-S02",
    title="Régulateur connu par son RPPS",
    flow=Flow.INT_R03,
    category=CATEGORY,
    requirements=(*MESSAGE, *OF_PRACTITIONERS),
    preconditions=("Le régulateur est connu par un identifiant national (IDNPS).",),
    steps=("Le régulateur suit l’adresse d’un créneau et le réserve pour un patient.",),
    expected=("Le rendez-vous reçu désigne le régulateur par cet identifiant national.",),
    needs=(*NEEDS, "appointments.practitioner"),
)
def regulateur_national(bench: Bench) -> None:
    """The other of the two identifiers of INT_R02."""
    _booking(bench, "ps", IdentifierKind.NATIONAL)


@scenario(
    "RDV-S03",
    title="Créneau d’une CPTS",
    flow=Flow.INT_R03,
    category=CATEGORY,
    requirements=(*MESSAGE, *OF_PRACTITIONERS),
    steps=("Le régulateur suit l’adresse d’un créneau trouvé par la recherche des CPTS et le réserve.",),
    expected=("La plateforme reçoit le rendez-vous, au profil FrAppointmentSAS.",),
    needs=(*NEEDS, "appointments.cpts_practitioner"),
)
def creneau_d_une_cpts(bench: Bench) -> None:
    """The same profile as for a practitioner alone."""
    if _concerned(bench, "cpts"):
        _booking(bench, "cpts")


@scenario(
    "RDV-S04",
    title="Créneau de SOS Médecins",
    flow=Flow.INT_R03,
    category=CATEGORY,
    requirements=(*MESSAGE, "RDV-019", "RDV-030", "RDV-033", "RDV-046"),
    preconditions=("Le médecin n’est pas connu à la prise de rendez-vous.",),
    steps=("Le régulateur suit l’adresse d’un créneau d’un point fixe de garde et le réserve.",),
    expected=(
        "La plateforme reçoit le rendez-vous, au profil sas-sos-appointment, sans médecin s’il n’est pas connu.",
    ),
    needs=(*NEEDS, "appointments.association"),
)
def creneau_de_sos_medecins(bench: Bench) -> None:
    """Who will come is not known yet."""
    if _concerned(bench, "sos"):
        _booking(bench, "sos")


@scenario(
    "RDV-S05",
    title="Deux régulateurs, deux créneaux",
    flow=Flow.INT_R03,
    category=CATEGORY,
    requirements=("RDV-001", "RDV-015", "RDV-018", "RDV-037", "RDV-048"),
    steps=("Deux régulateurs réservent chacun un créneau du même agenda.",),
    expected=("Deux rendez-vous, deux identifiants, et à chacun son régulateur.",),
    needs=(*NEEDS, "appointments.practitioner"),
)
def deux_regulateurs(bench: Bench) -> None:
    """Nobody’s appointment is somebody else’s."""
    with appointments(bench) as desk:
        first, second = desk.offers("ps", 2)
        desk.book(desk.regulator(), first)
        desk.book(desk.regulator(), second)


@scenario(
    "RDV-S06",
    title="Deux régulateurs, le même créneau",
    flow=Flow.INT_R03,
    category=CATEGORY,
    requirements=("RDV-050",),
    steps=("Deux régulateurs ouvrent le même créneau, puis le réservent l’un après l’autre.",),
    expected=("Un seul rendez-vous est pris, et transmis.",),
    needs=(*NEEDS, "appointments.practitioner"),
)
def le_meme_creneau(bench: Bench) -> None:
    """Both see it free; the second is told that it no longer is."""
    with appointments(bench) as desk:
        desk.compete(desk.offers("ps")[0], desk.regulator(), desk.regulator())


@scenario(
    "RDV-S07",
    title="Rendez-vous hors parcours SAS",
    flow=Flow.INT_R03,
    category=CATEGORY,
    requirements=("RDV-008",),
    preconditions=("La solution est configurée avec l’adresse du banc.",),
    steps=("Le cabinet prend un rendez-vous pour l’un de ses patients.", "Un régulateur en prend un autre."),
    expected=("Seul le rendez-vous du régulateur est transmis.",),
    needs=(*NEEDS, "appointments.practitioner"),
)
def hors_parcours(bench: Bench) -> None:
    """What is not of the SAS is nobody’s business there."""
    with appointments(bench) as desk:
        first, second = desk.offers("ps", 2)
        ordinary = desk.book_ordinary(first)
        booked = desk.book(desk.regulator(), second)
        desk.judge_ordinary(ordinary, booked)


def _booking(bench: Bench, use_case: UseCase, kind: IdentifierKind = IdentifierKind.TECHNICAL) -> None:
    with appointments(bench) as desk:
        desk.book(desk.regulator(kind), desk.offers(use_case)[0])


def _concerned(bench: Bench, use_case: UseCase) -> bool:
    if use_case in bench.candidate.use_cases:
        return True
    bench.not_applicable(f"la solution ne déclare pas le cas d’usage «\u00a0{use_case}\u00a0» (use_cases)")
    return False
