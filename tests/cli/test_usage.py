"""typer's own words, in French; and what a command costs before it is known."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.cli.driving import sas_recette

COMMANDS = (
    "demo", "init", "doctor", "list", "show", "run", "validate", "report", "rejudge", "compare", "baseline", "verify",
    "matrix", "editor", "certs", "revocation",
)  # fmt: skip
HEAVY = (
    "pytest", "httpx", "httpcore", "fhir", "cryptography", "jsonschema", "jsonschema_rs", "sqlalchemy", "pydantic",
    "starlette", "uvicorn", "jinja2", "rich", "typst", "xlsxwriter",
)  # fmt: skip
ENGLISH = ("Usage: ", "Options:", "Arguments:", "Commands:", "Show this", "default:", "required", "Error", "<", "Try ")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["xyz"], "Commande inconnue\u00a0: «\u00a0xyz\u00a0»."),
        (["lits"], "Commande inconnue\u00a0: «\u00a0lits\u00a0» (vouliez-vous dire «\u00a0list\u00a0»\u00a0?)."),
        (["validate"], "Il manque l’argument FICHIER."),
        (["show"], "Il manque l’argument ID."),
        (["verify"], "Il manque l’argument DOSSIER."),
        (["list", "--fromat", "json"], "Option inconnue\u00a0: --fromat (vouliez-vous dire --format\u00a0?)."),
        (["run", "--zzz"], "Option inconnue\u00a0: --zzz."),
        (["run", "-c"], "L’option -c attend une valeur."),
        (["run", "--dry-run=3"], "L’option --dry-run n’attend pas de valeur."),
        (["run", "-n", "deux"], "Valeur refusée pour -n\u00a0: un nombre entier est attendu."),
        (["run", "-n", "-1"], "Valeur refusée pour -n\u00a0: 0 au moins est attendu."),
        (["list", "--format", "xml"], "Valeur refusée pour --format\u00a0: table, json ou xlsx."),
        (["matrix", "--format", "xml"], "Valeur refusée pour --format\u00a0: table ou json."),
        (["list", "--format", "json", "-o", "x.json"], "-o ne vaut que pour --format xlsx."),
        (["validate", "x.json", "--format", "xml"], "Valeur refusée pour --format\u00a0: text ou json."),
        (["show", "a", "b"], "Argument en trop\u00a0: b."),
        (["--zzz"], "Option inconnue\u00a0: --zzz."),
    ],
)
def test_mistakes_of_usage_are_french_sentences(arguments: list[str], sentence: str) -> None:
    done = sas_recette(*arguments)
    assert done.code == 2
    assert done.out == ""
    assert done.err.splitlines()[0] == sentence
    assert all(line.startswith("Aide\u00a0: sas-recette") for line in done.err.splitlines()[1:])


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_is_french(command: str) -> None:
    done = sas_recette(*([command] if command else []), "--help")
    assert done.code == 0
    assert done.out.startswith("Usage\u00a0: sas-recette")
    assert "Montre cette aide." in done.out
    known = done.out
    for french in ("<chemin>", "<texte>", "<nombre>", "<jamais|echec|toujours>"):
        known = known.replace(french, "")
    assert not [word for word in ENGLISH if word in known]


def test_the_bare_command_shows_its_help_and_every_command() -> None:
    done = sas_recette()
    assert done.code == 2
    assert all(f"  {command} " in done.err for command in COMMANDS)


def test_version() -> None:
    done = sas_recette("--version")
    assert (done.code, done.out.split()[0]) == (0, "sas-recette")


def test_help_imports_nothing_heavy() -> None:
    """Pydantic comes with typer alone when a number has to be read."""
    code = (
        "import sys; from sas_recette.cli.main import main\n"
        "try: main(['--help'])\nexcept SystemExit: print(*sorted(sys.modules), sep='\\n', file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603
    loaded = {name.partition(".")[0] for name in done.stderr.split()}
    assert "typer" in loaded
    assert loaded.isdisjoint(HEAVY)
