from __future__ import annotations

from pathlib import Path

import pytest

from sas_recette.engine.candidate_file import CandidateFileError, read_candidate

HEAD = """\
use_cases = ["ps"]
[candidate]
editor = "E"
product = "P"
version = "1"
base_url = "https://agenda.example/fhir"
"""


def read(folder: Path, text: str, head: str = HEAD) -> Path:
    path = folder / "recette.toml"
    path.write_text(head + text, encoding="utf-8")
    return path


def test_the_certificates_to_refuse_lie_beside_the_file(tmp_path: Path) -> None:
    text = '[tls]\nfolder = "certificats"\n[tls.negatives.revoked]\ncertificate = "a.p12"\npassword_env = "SECRET"\n'
    candidate = read_candidate(read(tmp_path, text))
    assert candidate.tls.folder == tmp_path / "certificats"
    revoked = candidate.tls.negatives.revoked
    assert revoked is not None
    assert (revoked.certificate, revoked.key, revoked.password_env) == (tmp_path / "a.p12", None, "SECRET")
    declared = candidate.declared()["tls"]
    assert declared["folder"] == "certificats"
    assert declared["negatives"]["revoked"] == {"certificate": "a.p12", "key": None, "password_env": "SECRET"}


def test_an_unknown_case_names_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(CandidateFileError, match="wrong_cn"):
        read_candidate(read(tmp_path, '[tls.negatives.wrong_nc]\ncertificate = "a.pem"\n'))


def test_the_bench_s_authorities_stay_out_of_production(tmp_path: Path) -> None:
    head = f'environment = "production"\n{HEAD}'
    with pytest.raises(CandidateFileError, match="l’IGC de test du banc n’a rien à faire en production"):
        read_candidate(read(tmp_path, "", head))
    assert read_candidate(read(tmp_path, '[tls]\npki = "igc-test"\n', head)).environment == "production"
