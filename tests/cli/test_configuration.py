"""A mistake in recette.toml is said in French, with its line, before anything is sent."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat

from sas_recette.platform.negatives import NegativeCase
from sas_recette.platform.pki import TestPki, create_pki
from sas_recette.platform.tls import load_key
from tests.cli.driving import sas_recette

BASE = """\
use_cases = ["ps"]
[candidate]
editor = "E"
product = "P"
version = "1"
base_url = "{base}/fhir"
[tls]
pki = "none"
"""
ONE_SITE = '[practitioners.one_site]\nid = "899900000011"\n'
KNOWN_LINE = '[[agenda]]\nowner = "899900000011"\nstart = "J+1 09:00"\n'


@contextlib.contextmanager
def silent_listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        yield listener


def refused(tmp_path: Path, content: str | bytes) -> list[str]:
    """The sentences of a refusal, without the name of the file; asserts that nothing was sent."""
    path = tmp_path / "recette.toml"
    with silent_listener() as listener:
        base = f"http://127.0.0.1:{listener.getsockname()[1]}"
        written = content if isinstance(content, bytes) else content.replace("{base}", base).encode()
        path.write_bytes(written)
        done = sas_recette("run", "-c", path, "--reports", tmp_path / "reports")
        with pytest.raises(BlockingIOError):
            listener.accept()
    assert done.code == 2, done.out
    assert done.out == ""
    assert not (tmp_path / "reports").exists()
    lines = done.err.splitlines()
    assert all(line.endswith(".") for line in lines)
    return [line.removeprefix(str(path)).strip(" ,:\u00a0") for line in lines]


@pytest.mark.parametrize(
    ("content", "sentences"),
    [
        (
            'use_casse = ["ps"]\n' + BASE,
            ["ligne 1\u00a0: use_casse\u00a0: clé inconnue\u00a0; la plus proche est «\u00a0use_cases\u00a0»."],
        ),
        (
            BASE.replace("version =", 'versoin = "2"\nversion ='),
            ["ligne 5\u00a0: candidate.versoin\u00a0: clé inconnue\u00a0; la plus proche est «\u00a0version\u00a0»."],
        ),
        (
            BASE + 'client_certifcate = "x"\n',
            [
                "ligne 9\u00a0: tls.client_certifcate\u00a0: clé inconnue\u00a0; "
                "la plus proche est «\u00a0client_certificate\u00a0»."
            ],
        ),
        (
            BASE + '[practitioners.one_cite]\nid = "899900000011"\n',
            [
                "ligne 9\u00a0: practitioners.one_cite\u00a0: clé inconnue\u00a0; "
                "la plus proche est «\u00a0one_site\u00a0»."
            ],
        ),
        (
            BASE + ONE_SITE + 'familly = "M"\n',
            [
                "ligne 11\u00a0: practitioners.one_site.familly\u00a0: clé inconnue\u00a0; "
                "la plus proche est «\u00a0family\u00a0»."
            ],
        ),
        (
            BASE + KNOWN_LINE + KNOWN_LINE + 'statu = "free"\n',
            ["ligne 15\u00a0: agenda.1.statu\u00a0: clé inconnue\u00a0; la plus proche est «\u00a0status\u00a0»."],
        ),
        (
            BASE + "[aggregation]\nzzz = 1\n",
            [
                "ligne 10\u00a0: aggregation.zzz\u00a0: clé inconnue\u00a0; clés admises ici\u00a0: "
                "slot_types, consultation_types, knows_consultation_types, list_of_25."
            ],
        ),
        ('use_cases = ["ps"]\n', ["candidate\u00a0: la clé est obligatoire et manque."]),
        (
            BASE.replace('editor = "E"\n', ""),
            ["ligne 2\u00a0: candidate.editor\u00a0: la clé est obligatoire et manque."],
        ),
        (
            BASE.replace('"E"', "3"),
            ["ligne 3\u00a0: candidate.editor\u00a0: une chaîne entre guillemets est attendue."],
        ),
        (BASE.replace('"E"', '""'), ["ligne 3\u00a0: candidate.editor\u00a0: une valeur est attendue, elle est vide."]),
        (BASE.replace('["ps"]', '"ps"'), ["ligne 1\u00a0: use_cases\u00a0: une liste entre crochets est attendue."]),
        (BASE.replace('["ps"]', "[]"), ["ligne 1\u00a0: use_cases\u00a0: la liste ne peut pas être vide."]),
        (
            BASE.replace('["ps"]', '["pss"]'),
            [
                "ligne 1\u00a0: use_cases.0\u00a0: «\u00a0pss\u00a0» n’est pas admis\u00a0; "
                "valeurs possibles\u00a0: ps, cpts, sos."
            ],
        ),
        (
            'edition = "1.3.0"\n' + BASE,
            [
                "ligne 1\u00a0: edition\u00a0: «\u00a01.3.0\u00a0» n’est pas admis\u00a0; "
                "valeurs possibles\u00a0: 1.1.0, 1.2.0."
            ],
        ),
        (BASE.replace("{base}", "localhost"), ["ligne 6\u00a0: candidate.base_url\u00a0: ce n’est pas une URL."]),
        (
            BASE.replace("{base}", "ftp://localhost"),
            ["ligne 6\u00a0: candidate.base_url\u00a0: une URL en https:// est attendue."],
        ),
        (
            BASE.replace("/fhir", "/fhir?a=1"),
            ["ligne 6\u00a0: candidate.base_url\u00a0: l’URL de base n’a ni paramètre ni fragment."],
        ),
        (
            BASE + '[practitioners.one_site]\nid = "10003456789"\nstructures = ["x"]\nplaces = -1\n',
            [
                "ligne 10\u00a0: practitioners.one_site.id\u00a0: l’identifiant s’écrit avec son préfixe\u00a0: "
                "8 et les onze chiffres du RPPS.",
                "ligne 11\u00a0: practitioners.one_site.structures.0\u00a0: l’identifiant s’écrit avec son préfixe\u00a0: "
                "1 + FINESS, 3 + SIRET ou 4 + RPPS rang.",
                "ligne 12\u00a0: practitioners.one_site.places\u00a0: 0 au moins est attendu.",
            ],
        ),
        (
            BASE + '[[attestations]]\nrequirement = "AGR-PS-O40"\nanswer = "peut-être"\nperson = ""\n',
            [
                "ligne 10\u00a0: attestations.0.requirement\u00a0: Exigence inconnue\u00a0: «\u00a0AGR-PS-O40\u00a0» "
                "(vouliez-vous dire «\u00a0AGR-PS-040\u00a0»\u00a0?).",
                "ligne 11\u00a0: attestations.0.answer\u00a0: «\u00a0peut-être\u00a0» n’est pas admis\u00a0; "
                "valeurs possibles\u00a0: oui, non, sans objet.",
                "ligne 12\u00a0: attestations.0.person\u00a0: une valeur est attendue, elle est vide.",
            ],
        ),
        (
            BASE
            + '[associations.two_centres]\nid = "99900021900017"\n[[associations.two_centres.centres]]\nname = "N"\n'
            'hours = ["lun 09:00-20:00", "mon 25:00-26:00"]\n',
            [
                "ligne 10\u00a0: associations.two_centres.id\u00a0: l’identifiant d’une association s’écrit 3 suivi des "
                "quatorze chiffres du SIRET.",
                "ligne 13\u00a0: associations.two_centres.centres.0.hours.0\u00a0: des horaires s’écrivent "
                "«\u00a0mon tue wed 09:00-20:00\u00a0», jours de la semaine en anglais.",
                "ligne 13\u00a0: associations.two_centres.centres.0.hours.1\u00a0: une heure s’écrit de 00:00 à 23:59.",
            ],
        ),
        (
            BASE + '[[cpts]]\nid = "399900021900017"\n',
            ["ligne 10\u00a0: cpts.0.id\u00a0: l’identifiant d’une CPTS s’écrit 1 suivi des neuf chiffres du FINESS."],
        ),
        (
            BASE + '[[agenda]]\nowner = "1990000119"\nstart = "J+1 09:00"\n',
            [
                "ligne 10\u00a0: agenda.0.owner\u00a0: owner est l’identifiant préfixé d’un praticien (8 + RPPS) ou d’une "
                "association (3 + SIRET)."
            ],
        ),
        (
            BASE + '[associations]\nlist_of_10 = ["399900021900017"]\n',
            ["ligne 10\u00a0: associations.list_of_10\u00a0: la liste compte 10 identifiants distincts, et non 1."],
        ),
        (
            BASE.replace('pki = "none"', 'pki = "banc"'),
            [
                "candidate.base_url est en http://, ce qui exclut le TLS mutuel\u00a0; donnez une URL en https://, "
                'ou tls.pki = "none" pour un serveur de développement.'
            ],
        ),
    ],
)
def test_each_mistake_is_named_with_its_line(tmp_path: Path, content: str, sentences: list[str]) -> None:
    assert refused(tmp_path, content) == sentences


@pytest.mark.parametrize("start", ['"demain"', '"J+1 25:00"', '"J+1"', '"2026-06-17"', "12", "2026-06-17"])
def test_an_agenda_date_of_another_form_is_refused(tmp_path: Path, start: str) -> None:
    content = BASE + KNOWN_LINE.replace('"J+1 09:00"', start)
    sentence = (
        "ligne 11\u00a0: agenda.0.start\u00a0: une date s’écrit «\u00a0J+1 09:00\u00a0» ou 2026-06-17T09:00:00+02:00."
    )
    assert refused(tmp_path, content) == [sentence]


@pytest.mark.parametrize("written", ["3990000003/DOUBLON", "urn:oid:1.2.3|4", "urn:oid:1.2.250.1.213.3.6|"])
def test_an_ambiguous_account_is_written_with_its_system(tmp_path: Path, written: str) -> None:
    (sentence,) = refused(tmp_path, BASE + f'[accounts]\nambiguous = "{written}"\n')
    assert sentence.startswith("ligne 10\u00a0: accounts.ambiguous\u00a0: l’identifiant s’écrit système|valeur")


@pytest.mark.parametrize("count", [1, 24, 26])
def test_the_list_of_25_counts_25(tmp_path: Path, count: int) -> None:
    identifiers = ", ".join(f'"8999000{number:05d}"' for number in range(count))
    assert refused(tmp_path, BASE + f"[aggregation]\nlist_of_25 = [{identifiers}]\n") == [
        f"ligne 10\u00a0: aggregation.list_of_25\u00a0: la liste compte 25 identifiants distincts, et non {count}."
    ]


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("x", "ligne 9, colonne 2\u00a0: ce n’est pas du TOML\u00a0: un «\u00a0=\u00a0» est attendu après la clé."),
        ("x = oui", "la valeur est illisible (un texte se met entre guillemets)."),
        ('pki = "none"', "cette clé est donnée deux fois."),
        ("[tls]", "cette table est donnée deux fois."),
        ('x = "a', "un caractère interdit (souvent un guillemet oublié en fin de ligne)."),
        ('x = "a" b', "rien n’est attendu après la valeur sur la même ligne."),
        ('x = "C:\\cles"', "une barre oblique inverse se double, ou s’écrit entre apostrophes."),
        (
            "x = [1,",
            "ligne 10\u00a0: ce n’est pas du TOML\u00a0: la valeur est illisible (un texte se met entre guillemets).",
        ),
    ],
)
def test_bad_toml_is_explained_in_french(tmp_path: Path, line: str, sentence: str) -> None:
    (told,) = refused(tmp_path, BASE + line + "\n")
    assert told.endswith(sentence)
    assert told.startswith("ligne ")


def test_a_file_in_another_encoding_is_explained(tmp_path: Path) -> None:
    (told,) = refused(tmp_path, BASE.encode() + "# Société\n".encode("latin-1"))
    assert told == "ligne 9\u00a0: le fichier n’est pas en UTF-8\u00a0; enregistrez-le dans cet encodage."


def test_a_folder_is_no_candidate_file(tmp_path: Path) -> None:
    done = sas_recette("run", "-c", tmp_path)
    assert (done.code, done.err) == (2, f"{tmp_path}\u00a0: c’est un dossier, un fichier est attendu.\n")


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> TestPki:
    folder = tmp_path_factory.mktemp("pki")
    return create_pki(folder, clock=lambda: datetime.now(UTC), expected_cn="banc", expected_ou="318751275100020")


def with_tls(certificate: Path | None, key: Path, *more: str) -> str:
    lines = [f'client_key = "{key}"', *more]
    if certificate is not None:
        lines.append(f'client_certificate = "{certificate}"')
    return BASE.replace("{base}", "https://127.0.0.1:1").replace('pki = "none"', "\n".join(lines))


def test_certificates_that_cannot_serve_are_refused_before_any_traffic(tmp_path: Path, pki: TestPki) -> None:
    client, expired = pki.client, pki.negatives[NegativeCase.EXPIRED]
    future = pki.negatives[NegativeCase.NOT_YET_VALID]
    encrypted = tmp_path / "chiffree.key"
    encrypted.write_bytes(
        load_key(client.key).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret"))
    )
    absent, unset = tmp_path / "absent.pem", 'client_key_password_env = "SAS_RECETTE_ABSENTE"'
    cases = {
        with_tls(None, client.key): "recette.toml ne donne pas tls.client_certificate",
        with_tls(absent, client.key): f"Le fichier «\u00a0{absent}\u00a0» n’existe pas.",
        with_tls(client.certificate, absent): f"Le fichier «\u00a0{absent}\u00a0» n’existe pas.",
        with_tls(client.certificate, client.key, f'server_ca = "{absent}"'): f"«\u00a0{absent}\u00a0» n’existe pas.",
        with_tls(expired.certificate, expired.key): "est expiré depuis le",
        with_tls(future.certificate, future.key): "n’est pas encore valide",
        with_tls(client.certificate, pki.server.key): "n’est pas celle du certificat",
        with_tls(client.certificate, client.certificate): "ne contient aucune clé privée PEM",
        with_tls(client.certificate, encrypted): "est protégée par un mot de passe, qui n’est pas fourni",
        with_tls(client.certificate, client.key, unset): "La variable d’environnement SAS_RECETTE_ABSENTE",
    }
    for content, expected in cases.items():
        told = refused(tmp_path, content)
        assert len(told) == 1
        assert expected in told[0]


def test_relative_paths_start_at_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "ailleurs").mkdir()
    monkeypatch.chdir(tmp_path / "ailleurs")
    content = with_tls(Path("certificats/client.pem"), Path("certificats/client.key"))
    (told,) = refused(tmp_path, content)
    assert told == f"Le fichier «\u00a0{tmp_path / 'certificats' / 'client.pem'}\u00a0» n’existe pas."
