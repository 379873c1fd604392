"""Words that are no name when they stand alone: those of French addresses and titles, and those of the formats exchanged."""

from __future__ import annotations

from typing import Final

_PARTICLES: Final = (
    "au aux d da de del den der des di dit do dos du el et l la le les ou saint sainte san st ste van von"
    " docteur dr m madame mademoiselle mlle mme monsieur pr prof professeur"
)
PARTICLES: Final = frozenset(_PARTICLES.split())
"""They belong to names and are not replaced."""

_GENERIC: Final = (
    "allee association avenue bis boulevard bureau cabinet centre chemin chez clinique communaute consultation cpts cours"
    " departement ehpad espace fixe garde groupe hopital immeuble impasse lieu lot maison medecin medecine medecins medical"
    " medicale montee msp passage permanence place pole porte pratique professionnelle quai quartier residence route rue sante"
    " sas service soins sos square territoriale union urgences villa voie zone"
)
GENERIC: Final = frozenset(_GENERIC.split())
"""They stay in the names of structures and in addresses, which are replaced as a whole."""

_FORMATS: Final = (
    "absent accept accepted account active address admin agenda alg all and anonymous any api appointment application array"
    " arrived authorization auto base basic bearer birthdate body boolean booked browser bundle button busy cache cancelled case"
    " charset city claims client close code coding collection comment compte condition connection contact contained content control"
    " cookie count country data date day default div display domain duplicate email end entered entry error example expires expired"
    " extension false family fault fhir file fixed focus form format free fulfilled full gender generated get given group header"
    " home host html http https id identifier image inactive include info input instant interop issued item job json key keys label"
    " lang lax left link list local location login lock main male mark marks matching meta method mobile mode model name new next"
    " nonce none noshow note null number object official oid old open option org origin other outcome page path patch patient"
    " pending period person phone place platform post postal practice practitioner present profile proposed public put query"
    " rank read ref reference refused registered regulateur relation request requester reserve resource response right role root"
    " same sante schedule scope score search secret secretariat section security self sent server service session severity"
    " site size slot software source span start state status strict string style sub subject system tag telecom temp test text"
    " time title token total true type unit unknown update url urn use user value verdict version video waitlist work wrong yes"
    " accueil erreur essai nord sud est ouest janvier fevrier mars avril mai juin juillet aout septembre octobre novembre"
    " decembre lundi mardi mercredi jeudi vendredi samedi dimanche jour heure"
)
FORMATS: Final = frozenset(_FORMATS.split())
"""They mean something to the rules, or to whoever reads: a person of such a name is hidden where a name is expected only."""

RESERVED_DOMAINS: Final = frozenset({"example", "invalid", "localhost", "test"})
"""Nobody’s, by RFC 2606."""

PUBLIC_MAILBOXES: Final = FORMATS | GENERIC
