"""`attest`: the declarations asked one by one at the terminal, each answer added to recette.toml as soon as it is given."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import typer

from sas_recette.cli.run import CONFIG

if TYPE_CHECKING:
    from sas_recette.engine.candidate import Candidate
    from sas_recette.engine.declared import Attestation
    from sas_recette.norm.requirements import Requirement

_INCOMPLETE: Final = 4
_CHOICES: Final = {"o": "oui", "oui": "oui", "n": "non", "non": "non", "s": "sans objet", "sans objet": "sans objet"}
_LATER: Final = frozenset({"", "p", "plus tard"})
_STOP: Final = frozenset({"q", "quitter"})
_ASKED: Final = "  o oui · n non · s sans objet · Entrée plus tard · q arrêter > "


class _StopError(Exception):
    """The person wants to stop there."""


def command(
    config: Path = CONFIG,
    flow: str = typer.Option("", "--flow", help="Un seul flux, par exemple REFERENCEMENT."),
    requirement: list[str] = typer.Option([], "--requirement", help="Une exigence, déclarative ou non (répétable)."),
    only_list: bool = typer.Option(False, "--list", help="Montre ce qui attend une réponse, sans rien demander."),
) -> None:
    """Ask what recette.toml leaves unanswered; exit 4 when something is left for later."""
    from sas_recette.engine.candidate_file import read_candidate
    from sas_recette.errors import UserError

    candidate = read_candidate(config)
    waiting = _waiting(candidate, flow, requirement)
    if only_list:
        for one in waiting:
            typer.echo(_shown(one))
        typer.echo(_left(len(waiting)))
        raise typer.Exit(_INCOMPLETE if waiting else 0)
    if waiting and not sys.stdin.isatty():
        raise UserError(
            "«\u00a0attest\u00a0» pose ses questions à une personne, et personne n’est au terminal\u00a0: répondez dans recette.toml "
            "([[attestations]]). --list montre ce qui attend une réponse."
        )
    left = len(waiting) - _interview(config, candidate, waiting)
    typer.echo(_left(left))
    raise typer.Exit(_INCOMPLETE if left else 0)


def _waiting(candidate: Candidate, flow: str, requirement: list[str]) -> tuple[Requirement, ...]:
    from sas_recette.cli.listing import known_flow
    from sas_recette.engine.attesting import unanswered
    from sas_recette.engine.scenario import load_scenarios
    from sas_recette.norm.requirements import load_catalogue

    wanted, catalogue = known_flow(flow), load_catalogue()
    asked = tuple(catalogue.require(name).id for name in requirement)
    return tuple(
        one
        for one in unanswered(candidate, load_scenarios().values(), catalogue, asked)
        if not wanted or wanted in one.flows
    )


def _left(count: int) -> str:
    if not count:
        return "Toutes les déclarations du périmètre ont une réponse."
    words = "déclarations attendent" if count > 1 else "déclaration attend"
    return f"{count}\u00a0{words} une réponse\u00a0: relancez «\u00a0sas-recette attest\u00a0» pour continuer."


def _shown(one: Requirement) -> str:
    from sas_recette.norm.pieces import expected_evidence
    from sas_recette.norm.typography import french

    return (
        f"{one.id} – {french(one.title)} ({one.level.value})\n  {french(one.statement)}\n"
        f"  Preuve attendue\u00a0: {expected_evidence(one.id)}\n"
    )


def _interview(config: Path, candidate: Candidate, waiting: tuple[Requirement, ...]) -> int:
    """How many answers were written: Ctrl-C keeps those that were."""
    from sas_recette.engine.attesting import append, block

    person = candidate.attestations[-1].person if candidate.attestations else ""
    written, asker = 0, _Asker(config.parent)
    try:
        for rank, one in enumerate(waiting, start=1):
            typer.echo(f"\n[{rank}/{len(waiting)}] {_shown(one)}", nl=False)
            answer = asker.answer(one.id, person)
            if answer is None:
                continue
            text = block(answer)
            append(config, text)
            person, written = answer.person, written + 1
            typer.echo(f"{text}Ajouté à {config}.")
    except (KeyboardInterrupt, EOFError, _StopError):
        typer.echo("\nArrêt\u00a0: les réponses déjà données sont écrites.")
    return written


@dataclass(frozen=True, slots=True)
class _Asker:
    """Who asks at the terminal. `folder` is where the paths of documents start."""

    folder: Path

    def answer(self, requirement: str, person: str) -> Attestation | None:
        """An answer, None for later. Raises _StopError, EOFError and KeyboardInterrupt when the person leaves."""
        from sas_recette.engine.declared import Attestation

        choice = self._choice()
        if not choice:
            return None
        statement, attachments = self._evidence(choice)
        if choice != "non" and not statement and not attachments:
            typer.echo("  Sans preuve, la réponse ne compterait pas\u00a0: elle est laissée pour plus tard.")
            return None
        return Attestation.model_validate(
            {
                "requirement": requirement,
                "answer": choice,
                "statement": statement,
                "attachments": attachments,
                "comment": _line("  Commentaire (facultatif) > "),
                "person": self._person(person),
                "date": self._day(),
            }
        )

    def _choice(self) -> str:
        while True:
            typed = _line(_ASKED).casefold()
            if typed in _LATER:
                return ""
            if typed in _STOP:
                raise _StopError
            if typed in _CHOICES:
                return _CHOICES[typed]
            typer.echo("  Répondez par o, n, s, q, ou Entrée.")

    def _evidence(self, choice: str) -> tuple[str, tuple[Path, ...]]:
        if choice == "sans objet":
            return _line("  Pour quelle raison\u00a0? > "), ()
        if choice == "non":
            return _line("  Pourquoi\u00a0? (facultatif) > "), ()
        statement = _line("  Comment la solution y répond-elle\u00a0? (Entrée si un document le prouve) > ")
        return statement, tuple(self._documents())

    def _documents(self) -> list[Path]:
        from sas_recette.engine.attachments import fault_of

        joined: list[Path] = []
        while typed := _line("  Document à joindre, depuis le dossier de recette.toml (Entrée\u00a0: aucun autre) > "):
            why = "cette pièce est déjà citée" if Path(typed) in joined else fault_of(self.folder / typed)
            if why:
                typer.echo(f"  {why[0].upper()}{why[1:]}.")
            else:
                joined.append(Path(typed))
        return joined

    def _person(self, known: str) -> str:
        while True:
            typed = _line(f"  Votre nom et votre fonction{f' [{known}]' if known else ''} > ") or known
            if typed:
                return typed

    def _day(self) -> str:
        from datetime import date

        from sas_recette.engine.campaign import utc_now
        from sas_recette.exchange.search import PARIS

        today = utc_now().astimezone(PARIS).date().isoformat()
        while True:
            typed = _line(f"  Date [{today}] > ") or today
            try:
                return date.fromisoformat(typed).isoformat()
            except ValueError:
                typer.echo("  Une date AAAA-MM-JJ est attendue.")


def _line(prompt: str) -> str:
    return input(prompt).strip()
