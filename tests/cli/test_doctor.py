from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

import pytest

from tests.cli.driving import Reference, plain_document, sas_recette, write_candidate
from tests.platform.loopback import answering, free_port, http, serving


def lines(out: str) -> dict[str, str]:
    """Sign and sentence of each line, by its subject."""
    found = {}
    for line in out.splitlines():
        sign, _, rest = line.partition(" ")
        subject, _, sentence = rest.partition("\u00a0: ")
        found[subject] = f"{sign} {sentence}"
    return found


def test_all_is_well_with_the_reference_editor(reference: Reference, tmp_path: Path) -> None:
    file = reference.file(tmp_path)
    done = sas_recette("doctor", "-c", file)
    told = lines(done.out)
    assert done.code == 0, done.out
    assert told["recette.toml"] == f"✔ {file} est valide (Éditeur de référence, édition 1.2.0)"
    assert told["Certificats"] == "✔ certificat, clé et dates sont bons"
    assert told["Jeu de données"].startswith("✔ les ")
    assert told["Accès"] == f"✔ {reference.base_url} répond 200 en TLSv1.3"
    assert told["Horloge"] == "✔ la solution et ce poste sont à la même heure"
    assert told["Navigateur"][0] in "✔▲"
    assert told["Plateforme (SSO)"].startswith(f"✔ le banc peut répondre de {reference.sso['issuer']} (écoute")


def test_missing_data_is_a_hint(reference: Reference, tmp_path: Path) -> None:
    document = reference.document()
    document["practitioners"].pop("two_sites")
    done = sas_recette("doctor", "-c", write_candidate(tmp_path, document))
    assert done.code == 0
    assert lines(done.out)["Jeu de données"] == "▲ à renseigner pour tout jouer\u00a0: practitioners.two_sites.places"


def test_only_the_data_of_the_declared_scope_are_missed(reference: Reference, tmp_path: Path) -> None:
    document = {**reference.document(), "use_cases": ["sos"]}
    document["sso"]["pages"].pop("log_out")
    document.pop("practitioners")
    document["associations"].pop("other")
    done = sas_recette("doctor", "-c", write_candidate(tmp_path, document))
    assert done.code == 0
    assert (
        lines(done.out)["Jeu de données"]
        == "▲ à renseigner pour tout jouer\u00a0: associations.other, sso.pages.log_out"
    )


def test_a_wrong_file_stops_there(tmp_path: Path) -> None:
    done = sas_recette("doctor", "-c", tmp_path / "recette.toml")
    assert done.code == 2
    assert list(lines(done.out)) == ["recette.toml"]
    assert "sas-recette init" in done.out


def test_a_wrong_certificate_stops_before_any_contact(reference: Reference, tmp_path: Path) -> None:
    document = reference.document()
    document["tls"]["client_key"] = str(reference.pki.server.key)
    done = sas_recette("doctor", "-c", write_candidate(tmp_path, document))
    assert done.code == 2
    assert "n’est pas celle du certificat" in lines(done.out)["Certificats"]
    assert "Accès" not in lines(done.out)


def test_nobody_listens(tmp_path: Path) -> None:
    done = sas_recette("doctor", "-c", write_candidate(tmp_path, plain_document(f"http://127.0.0.1:{free_port()}")))
    assert done.code == 3
    assert "la connexion est refusée" in lines(done.out)["Accès"]


def test_a_reset_is_not_unreachable(tmp_path: Path) -> None:
    with serving(lambda connection, _: connection.close()) as server:
        done = sas_recette("doctor", "-c", write_candidate(tmp_path, plain_document(server.url(""))))
    assert done.code == 1
    assert "connexion est coupée" in lines(done.out)["Accès"]


@pytest.mark.parametrize(
    ("header", "told"),
    [
        ("Date: Sat, 01 Jan 2000 00:00:00 GMT", "d’écart entre la solution et ce poste"),
        ("Date: Sat, 01 Jan 2000 00:00:00 -0000", "d’écart entre la solution et ce poste"),
        ("Date: hier", "ne donne pas d’en-tête Date lisible"),
        ("X-Rien: 1", "ne donne pas d’en-tête Date lisible"),
    ],
)
def test_the_clock_of_the_candidate(tmp_path: Path, header: str, told: str) -> None:
    with serving(answering(http(b"{}", header))) as server:
        done = sas_recette("doctor", "-c", write_candidate(tmp_path, plain_document(server.url(""))))
    assert done.code == 0
    assert told in lines(done.out)["Horloge"]
    assert lines(done.out)["Horloge"].startswith("▲")


def test_a_right_clock(tmp_path: Path) -> None:
    header = "Date: " + format_datetime(datetime.now(UTC), usegmt=True)
    with serving(answering(http(b"{}", header))) as server:
        done = sas_recette("doctor", "-c", write_candidate(tmp_path, plain_document(server.url(""))))
    assert lines(done.out)["Horloge"].startswith("✔")
