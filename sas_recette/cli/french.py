"""What typer says of itself, in French: the headings of the help, and the mistakes of usage.

typer has no translation of its own. The labels are written by these commands in its stead; the sentences of its errors
are recognised by their form, and stay as they are when a later version words them otherwise.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from typer.core import TyperCommand, TyperGroup

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from typer._click import Context, HelpFormatter

_HELP: Final = "Montre cette aide."
_LABELS: Final = (
    ("<path>", "<chemin>"),
    ("<list[Path]>", "<chemin>"),
    ("<list[str]>", "<texte>"),
    ("<str>", "<texte>"),
    ("<int range>", "<nombre>"),
    ("<int>", "<nombre>"),
    ("<float>", "<nombre>"),
    ("[default: ", "[par défaut\u00a0: "),
    ("; x>=0]", "]"),
    ("required]", "obligatoire]"),
    ("Show this message and exit.", _HELP),
    ("...", "…"),
)

_NUMBER: Final = r"Input should be a valid integer.*"
_SENTENCES: Final[tuple[tuple[str, str], ...]] = (
    (r"Missing argument '(.+)'\.", "Il manque l’argument {0}."),
    (r"Missing option '(.+)'\.", "Il manque l’option {0}."),
    (
        r"No such option: (\S+) \(Possible options: (.+)\)",
        "Option inconnue\u00a0: {0} (vouliez-vous dire {1}\u00a0?).",
    ),
    (r"No such option: (\S+)", "Option inconnue\u00a0: {0}."),
    (
        r"No such command '(.+)'\. Did you mean '(.+)'\?",
        "Commande inconnue\u00a0: «\u00a0{0}\u00a0» (vouliez-vous dire «\u00a0{1}\u00a0»\u00a0?).",
    ),
    (r"No such command '(.+)'\.", "Commande inconnue\u00a0: «\u00a0{0}\u00a0»."),
    (r"Missing command\.", "Il manque une commande."),
    (r"Option '(.+)' requires an argument\.", "L’option {0} attend une valeur."),
    (r"Option '(.+)' does not take a value\.", "L’option {0} n’attend pas de valeur."),
    (r"Got unexpected extra argument\(s\) \((.+)\)", "Argument en trop\u00a0: {0}."),
    (rf"Invalid value for '?(.+?)'?: {_NUMBER}", "Valeur refusée pour {0}\u00a0: un nombre entier est attendu."),
    (
        r"Invalid value for '?(.+?)'?: Input should be a valid number.*",
        "Valeur refusée pour {0}\u00a0: un nombre est attendu.",
    ),
    (
        r"Invalid value for '?(.+?)'?: Input should be greater than or equal to (\d+)",
        "Valeur refusée pour {0}\u00a0: {1} au moins est attendu.",
    ),
    (
        r"Invalid value for '?(.+?)'?: Value error, (.+) is not one of (.+)\.",
        "Valeur refusée pour {0}\u00a0: {1} n’est pas de celles qui sont possibles ({2}).",
    ),
    (r"Invalid value for '?(.+?)'?: (.+)", "Valeur refusée pour {0}\u00a0: {1}."),
)


class FrenchCommand(TyperCommand):
    """A command whose help is French."""

    def format_usage(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Write how the command is used."""
        _write_usage(self, ctx, formatter)

    def format_options(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Write the arguments and the options."""
        _write_parameters(self, ctx, formatter)


class FrenchGroup(TyperGroup):
    """A group of commands whose help is French."""

    def format_usage(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Write how the group is used."""
        _write_usage(self, ctx, formatter)

    def format_options(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Write the options, then the commands, each with its whole sentence."""
        _write_parameters(self, ctx, formatter)
        commands = [(name, self.commands[name].help or "") for name in self.list_commands(ctx)]
        with formatter.section("Commandes\u00a0"):
            formatter.write_dl(commands)


def sentence(message: str) -> str:
    """A mistake of usage as typer words it, in French; unchanged when it is not one of those known."""
    for pattern, french in _SENTENCES:
        found = re.fullmatch(pattern, message, re.DOTALL)
        if found:
            return french.format(*found.groups())
    return message


def _write_usage(command: TyperCommand | TyperGroup, ctx: Context, formatter: HelpFormatter) -> None:
    pieces = " ".join(command.collect_usage_pieces(ctx))
    shown = pieces.replace("[OPTIONS]", "[OPTIONS…]").replace("COMMAND [ARGS]...", "COMMANDE [ARGUMENTS…]")
    formatter.write_usage(ctx.command_path, shown.replace("...", "…"), prefix="Usage\u00a0: ")


def _write_parameters(command: TyperCommand | TyperGroup, ctx: Context, formatter: HelpFormatter) -> None:
    parameters = command.get_params(ctx)
    for kind, heading in (("argument", "Arguments\u00a0"), ("option", "Options\u00a0")):
        rows = list(_rows((one for one in parameters if one.param_type_name == kind), ctx))
        if rows:
            with formatter.section(heading):
                formatter.write_dl(rows)


def _rows(parameters: Iterable[Any], ctx: Context) -> Iterable[tuple[str, str]]:
    for one in parameters:
        record: Callable[[Context], tuple[str, str] | None] = one.get_help_record
        written = record(ctx)
        if written is not None:
            yield _labelled(written[0]), _labelled(written[1])


def _labelled(text: str) -> str:
    for english, french in _LABELS:
        text = text.replace(english, french)
    return text
