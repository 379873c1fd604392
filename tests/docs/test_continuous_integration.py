"""The workflow files are YAML, their shell runs as it is, and the guide shows a baseline that is one."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from sas_recette.cli.main import app
from sas_recette.engine.baseline import validate_baseline
from sas_recette.evidence.manifest import read_seal
from sas_recette.norm.requirements import load_catalogue
from tests.cli.driving import plain_document, sas_recette, write_candidate
from tests.evidence.keys import SIGNER
from tests.platform.loopback import free_port

DOCS = Path(__file__).parents[2] / "docs"
GUIDE = (DOCS / "integration-continue.md").read_text(encoding="utf-8")
BASELINE = """\
[[known_failures]]
requirement = "AGR-COM-033"
reason = "Connu"
ticket = "T-1"
expires = 2999-12-31
"""


def workflow(name: str) -> dict[Any, Any]:
    loaded: dict[Any, Any] = yaml.safe_load((DOCS / "integration-continue" / name).read_text(encoding="utf-8"))
    return loaded


def steps() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = workflow("github-actions.yml")["jobs"]["recette"]["steps"]
    return found


def github() -> str:
    """The shell of the job, whose secrets are given as variables."""
    return "\n".join(f"( {one['run']} )" for one in steps() if "run" in one)


def gitlab() -> str:
    job = workflow("gitlab-ci.yml")["recette-sas"]
    return "\n".join([*job["before_script"], *job["script"]])


JOBS = pytest.mark.parametrize(("name", "shell"), [("github", github), ("gitlab", gitlab)], ids=["GitHub", "GitLab"])


def play(folder: Path, script: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a job's shell where pip and the browser are told and not fetched; sas-recette is the real one."""
    tools = folder / "outils"
    tools.mkdir()
    main = f'exec "{sys.executable}" -c "from sas_recette.cli.main import main; main()" "$@"'
    for name, body in (("python", 'echo "python $*"'), ("sas-recette", main)):
        (tools / name).write_text(f"#!/bin/sh\n{body}\n")
        (tools / name).chmod(0o755)
    return subprocess.run(  # noqa: S603
        ["/bin/bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
        cwd=folder,
        env={
            "PATH": f"{tools}:{os.environ['PATH']}",
            "PYTHONPATH": str(DOCS.parent),
            "RUNNER_TEMP": str(tools),
            "LANG": "C.UTF-8",
            "PYTHONUTF8": "1",
            **environment,
        },
        capture_output=True,
        text=True,
        check=False,
    )


def repository(folder: Path) -> None:
    """An editor's repository, whose solution does not answer: the shortest of campaigns."""
    write_candidate(folder, plain_document(f"http://127.0.0.1:{free_port()}/fhir"))


def private_key(folder: Path) -> str:
    pem = SIGNER.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    (folder / "variable-de-fichier").write_text(pem)
    return pem


@JOBS
def test_a_job_plays_and_leaves_what_the_page_shows(name: str, shell: Callable[[], str], tmp_path: Path) -> None:
    repository(tmp_path)
    page = {"GITHUB_STEP_SUMMARY": str(tmp_path / "page.md")} if name == "github" else {}
    done = play(tmp_path, shell(), SAS_RECETTE="banc.whl", SAS_RECETTE_CLE="", **page)
    assert done.returncode == 3, done.stderr
    assert done.stdout.splitlines()[:2] == [
        "python -m pip install --quiet banc.whl",
        "python -m sas_recette.cli.browser",
    ]
    junit = workflow("gitlab-ci.yml")["recette-sas"]["artifacts"]["reports"]["junit"]
    (found,) = tmp_path.glob(junit)
    assert read_seal(found.parent).named is False
    if page:
        shown = (tmp_path / "page.md").read_text(encoding="utf-8")
        assert shown == "\n" + (found.parent / "resume.md").read_text(encoding="utf-8")


@JOBS
def test_a_job_takes_the_baseline_and_the_key_where_there_are_some(
    name: str, shell: Callable[[], str], tmp_path: Path
) -> None:
    repository(tmp_path)
    pem = private_key(tmp_path)
    (tmp_path / "baseline.toml").write_text(BASELINE)
    key = pem.rstrip("\n") if name == "github" else str(tmp_path / "variable-de-fichier")
    done = play(tmp_path, shell(), SAS_RECETTE="banc.whl", SAS_RECETTE_CLE=key)
    assert done.returncode == 3, done.stderr
    assert "AGR-COM-033\u00a0: cette campagne ne l’a pas vérifiée" in done.stdout.replace("\n", " ")
    (found,) = tmp_path.glob("reports/*/manifest.json")
    assert read_seal(found.parent).fingerprint == SIGNER.public.fingerprint
    (tmp_path / "publique.pem").write_bytes(SIGNER.public.pem)
    assert sas_recette("verify", found.parent, "--key", tmp_path / "publique.pem").code == 0


@JOBS
def test_a_job_says_what_to_install_when_nobody_said(name: str, shell: Callable[[], str], tmp_path: Path) -> None:
    repository(tmp_path)
    done = play(tmp_path, shell(), SAS_RECETTE_CLE="")
    assert done.returncode != 0
    assert "indiquez ce que pip installe (variable SAS_RECETTE" in done.stderr
    assert not (tmp_path / "reports").exists()


def test_github_keeps_the_dossier_whatever_came_of_it() -> None:
    kept = steps()[-1]
    assert (kept["if"], kept["with"]["path"]) == ("always()", "reports/")
    told = workflow("github-actions.yml")
    assert told["permissions"] == {"contents": "read"}
    # YAML 1.1 reads the key « on » as a boolean.
    assert set(told[True]) == {"push", "pull_request", "workflow_dispatch"}
    assert not [one["run"] for one in steps() if "${{" in one.get("run", "")]


def test_gitlab_keeps_the_dossier_whatever_came_of_it() -> None:
    artifacts = workflow("gitlab-ci.yml")["recette-sas"]["artifacts"]
    assert (artifacts["when"], artifacts["paths"]) == ("always", ["reports/"])


def blocks(language: str) -> list[str]:
    found = re.findall(r"^```(\w*)\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
    return [text for named, text in found if named == language]


def test_the_baseline_of_the_guide_is_one() -> None:
    (text,) = blocks("toml")
    document: Mapping[str, object] = tomllib.loads(text)
    baseline = validate_baseline(document, load_catalogue(), "guide", text)
    assert [entry.subject for entry in baseline.entries] == ["AGR-COM-033", "AGR-COM-030 (R01-10)"]


def test_the_commands_of_the_guide_exist() -> None:
    known = {one.name for one in app.registered_commands}
    named = {line.split()[1] for block in blocks("") for line in block.splitlines() if line.startswith("sas-recette ")}
    assert named == {"run", "compare", "rejudge", "verify"}
    assert named <= known


def test_the_links_of_the_guide_lead_somewhere() -> None:
    targets = re.findall(r"\]\(([^)]+)\)", GUIDE)
    assert targets == ["integration-continue/github-actions.yml", "integration-continue/gitlab-ci.yml"]
    assert all((DOCS / target).is_file() for target in targets)
