"""Wrong passwords on a test account: the product locks it, its version that never locks does not (SEC-S71)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from sas_recette.cli.reference_declarations import lockout_account
from sas_recette.editor.behaviour import REFERENCE, Behaviour
from sas_recette.editor.defects import DEFECTS
from sas_recette.engine.candidate import Candidate
from sas_recette.engine.declared import Lockout, Security
from sas_recette.engine.verdict import Verdict
from sas_recette.exchange.reading import read_journal
from sas_recette.norm.requirements import Flow
from tests.matrix.cahier import Campaign, campaign
from tests.matrix.stand_in import AGENDA_BASE
from tests.matrix.whole import PASSWORD, whole_editor

ALONE: Final = ("S71",)
DEFECT: Final = DEFECTS["login-never-locks"]


def played(
    folder: Path,
    behaviour: Behaviour = REFERENCE,
    password: str = PASSWORD,
    changes: Mapping[str, object] | None = None,
) -> tuple[Campaign, Candidate]:
    kept = folder / "mot-de-passe-essai.txt"
    kept.write_text(password, "utf-8")
    account: dict[str, Any] = lockout_account(AGENDA_BASE) | {"password_file": kept}
    with whole_editor(behaviour, folder) as editor:
        security = Security(lockout=Lockout.model_validate(account))
        declared = editor.candidate.model_copy(update={"security": security, **(changes or {})})
        seen = campaign(
            editor.sender, folder, Flow.SECURITE, declared=declared, stage=lambda: editor.stage, played=ALONE
        )
    return seen, declared


def test_the_reference_editor_locks(tmp_path: Path) -> None:
    seen, declared = played(tmp_path)
    assert seen.requirements["SEC-024"].verdict is Verdict.CONFORME
    assert seen.requirements["SEC-024"].examined == 1
    lockout = declared.security.lockout
    assert lockout is not None
    (result,) = (one.result for one in seen.scenarios)
    assert len(result.pages) == 2 * (1 + lockout.attempts + 1)
    assert PASSWORD.encode() not in b"".join(path.read_bytes() for path in (tmp_path / "journal.jsonl").iterdir())


def test_a_product_that_never_locks_is_a_reserve(tmp_path: Path) -> None:
    seen, _ = played(tmp_path, DEFECT.behaviour)
    assert seen.having(Verdict.RESERVE) == set(DEFECT.reserves)
    assert seen.requirements["SEC-024"].reason.startswith("Après 5 échecs, le bon mot de passe ouvre encore")


def test_a_lock_later_than_declared_is_a_reserve(tmp_path: Path) -> None:
    seen, _ = played(tmp_path, Behaviour(failures=(lambda borne: borne + 1,)))
    assert seen.having(Verdict.RESERVE) == {"SEC-024"}


def test_an_account_that_does_not_open_proves_nothing(tmp_path: Path) -> None:
    seen, _ = played(tmp_path, password="autre")
    assert seen.scenarios[0].result.verdict is Verdict.NON_VERIFIE
    assert "peut-être encore bloqué" in seen.scenarios[0].result.reason


@pytest.mark.parametrize(
    "changes", [{"environment": "production"}, {"security": Security()}], ids=["production", "sans"]
)
def test_it_is_played_on_demand_and_never_in_production(changes: dict[str, object], tmp_path: Path) -> None:
    seen, _ = played(tmp_path, changes=changes)
    assert seen.scenarios[0].result.verdict is Verdict.SANS_OBJET
    assert read_journal(tmp_path / "journal.jsonl").pages == {}
