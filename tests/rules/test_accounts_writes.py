"""What is said of valid writes: statuses, Location, media types, idempotence."""

from __future__ import annotations

import pytest

from sas_recette.exchange.model import Request
from sas_recette.norm.requirements import Flow, How, load_catalogue
from sas_recette.platform.accounts import FHIR_JSON, LEGACY_JSON, PLAIN_JSON, Wording
from sas_recette.rules.accounts.checks import ACCOUNT_CHECKS
from sas_recette.rules.answer import SearchAnswer
from sas_recette.rules.checks import CHECKS
from tests.rules.account_exchanges import (
    CREATED,
    LORIDON,
    MARIUS,
    SWITCHED,
    answered,
    location,
    outcome,
    post,
    put,
)
from tests.rules.building import BASE, Verdicts, answer, judged, mutated

HTML = b"<html><body>Erreur</body></html>"


def of_creation(*answers: SearchAnswer) -> Verdicts:
    return judged(*answers, check="account-created")


def of_update(*answers: SearchAnswer, requirement: str = "ACC-009") -> Verdicts:
    return judged(*answers, check="account-updated", expect={"requirement": requirement})


def held(verdicts: Verdicts) -> set[str]:
    return {name for name, one in verdicts.tallies.items() if one.examined and not one.findings}


def test_every_automatic_requirement_has_a_rule() -> None:
    ruled = {rule.requirement for rules in ACCOUNT_CHECKS.values() for rule in rules}
    automatic = {one.id for one in load_catalogue().in_flow(Flow.INT_R02) if one.how is How.AUTO}
    assert automatic - ruled == {"ACC-024"}  # a log-in alone shows it: rules.sso.access
    assert ruled - automatic == {"ACC-007", "PERF-006"}
    assert all(CHECKS[name].flow is Flow.INT_R02 for name in ACCOUNT_CHECKS)


class TestCreation:
    def test_a_good_one(self) -> None:
        verdicts = of_creation(CREATED, post(201, MARIUS, at="/fhir/Practitioner/b/_history/1"))
        assert (verdicts.fails, verdicts.warns) == (set(), set())
        assert held(verdicts) == {"ACC-002", "ACC-003", "ACC-004", "ACC-005", "ACC-044", "ACC-045", "ACC-052"}
        assert verdicts.unverified == {"ACC-032", "ACC-053"}

    def test_one_kind_does_not_show_both(self) -> None:
        verdicts = of_creation(CREATED)
        assert {"ACC-003", "ACC-044"} <= verdicts.unverified

    @pytest.mark.parametrize(
        ("status", "observed"),
        [(200, "HTTP 200"), (204, "HTTP 204"), (302, "HTTP 302 vers (sans Location)"), (422, "HTTP 422")],
    )
    def test_another_status(self, status: int, observed: str) -> None:
        verdicts = of_creation(post(status))
        assert verdicts.fails == {"ACC-002"}
        assert verdicts.seen("ACC-002") == ("HTTP.status", "201", observed)
        technical = of_creation(post(status, MARIUS))
        assert technical.fails == {"ACC-003"}

    def test_no_answer_at_all(self) -> None:
        verdicts = of_creation(post(None))
        assert verdicts.fails == {"ACC-002"}
        assert verdicts.seen("ACC-002")[0] == "HTTP"
        assert "connexion est coupée" in verdicts.first("ACC-002").message
        assert verdicts.tallies["ACC-004"].reason == "la requête n’a pas reçu de réponse entière"

    @pytest.mark.parametrize(
        ("at", "fine"),
        [
            ("https://editeur.example/fhir/Practitioner/a-1.b", True),
            ("/Practitioner/a1", True),
            ("Practitioner/a1", True),
            ("http://x/Practitioner/a1/_history/12", True),
            ("https://editeur.example/fhir/Practitioner", False),
            ("https://editeur.example/fhir/Practitioner?identifier=a", False),
            ("https://editeur.example/fhir/Person/a1", False),
            ("", False),
            (None, False),
        ],
    )
    def test_location(self, at: str | None, fine: bool) -> None:
        verdicts = of_creation(post(201, at=at))
        assert verdicts.fails == (set() if fine else {"ACC-004"})
        if not fine:
            assert verdicts.first("ACC-004").location == "HTTP.header(Location)"

    def test_one_kind_only_is_served(self) -> None:
        verdicts = of_creation(CREATED, post(422, MARIUS))
        assert verdicts.fails == {"ACC-003", "ACC-044"}
        assert of_creation(post(422), post(422, MARIUS)).fails == {"ACC-002", "ACC-003", "ACC-044"}

    @pytest.mark.parametrize(
        "content",
        [
            outcome("Le téléphone est obligatoire."),
            outcome("Date de naissance absente"),
            outcome(None, expression=["Practitioner.birthDate"], details={"text": "champ obligatoire"}),
            outcome(None, details={"text": "Practitioner.address: minimum required = 1"}),
        ],
    )
    def test_data_that_the_platform_does_not_have(self, content: dict[str, object]) -> None:
        assert of_creation(post(422, content=content)).fails == {"ACC-002", "ACC-045"}

    @pytest.mark.parametrize("reason", ["adresse électronique déjà utilisée", "Practitioner.identifier", "refusé"])
    def test_another_reason_says_nothing_of_other_data(self, reason: str) -> None:
        verdicts = of_creation(post(422, content=outcome(reason)))
        assert "ACC-045" in verdicts.unverified


class TestMediaTypes:
    def test_406_is_about_accept_and_415_about_the_body(self) -> None:
        assert of_creation(post(406)).fails == {"ACC-005"}
        assert of_creation(post(415)).fails == {"ACC-052"}
        plain = Wording(accept=PLAIN_JSON, content_type=PLAIN_JSON)
        for status in (406, 415):
            verdicts = of_creation(post(status, wording=plain))
            assert (verdicts.fails, verdicts.warns) == (set(), {"ACC-053"})

    def test_a_comparison_finds_the_header_at_fault(self) -> None:
        """A candidate that says 415 to an Accept that it does not know."""
        accepted = post(201, wording=Wording(accept=FHIR_JSON), at=location("a"))
        verdicts = judged(post(415), accepted, check="account-media-types")
        assert (verdicts.fails, verdicts.warns) == ({"ACC-005"}, set())
        assert verdicts.first("ACC-005").message.startswith(
            "La solution refuse «\u00a0Accept\u00a0: application/json+fhir"
        )

    def test_a_comparison_finds_the_body_at_fault(self) -> None:
        accepted = post(201, wording=Wording(content_type=PLAIN_JSON), at=location("a"))
        verdicts = judged(post(406), accepted, check="account-media-types")
        assert verdicts.fails == {"ACC-052"}
        assert {"ACC-005", "ACC-053"} <= held(verdicts)

    def test_the_legacy_type_of_a_body_is_not_judged(self) -> None:
        wording = Wording(accept=FHIR_JSON, content_type=LEGACY_JSON)
        verdicts = of_creation(post(415, wording=wording))
        assert (verdicts.fails, verdicts.warns) == (set(), set())

    @pytest.mark.parametrize(("status", "warns"), [(201, set()), (400, {"ACC-006"}), (500, {"ACC-006"})])
    def test_format(self, status: int, warns: set[str]) -> None:
        probe = post(status, wording=Wording(mime=FHIR_JSON))
        verdicts = judged(probe, CREATED, check="account-format")
        assert (verdicts.fails, verdicts.warns) == (set(), warns)
        assert "ACC-006" in judged(probe, post(400), check="account-format").unverified


class TestUpdate:
    def test_a_good_one_proves_nothing_of_its_effect(self) -> None:
        verdicts = of_update(put(200, at=location("a1")))
        assert (verdicts.fails, verdicts.warns) == (set(), set())
        assert held(verdicts) == {"ACC-005", "ACC-014", "ACC-015", "ACC-052"}
        assert "ACC-009" in verdicts.unverified

    @pytest.mark.parametrize("status", [201, 202, 204, 303])
    def test_another_success_is_of_one_requirement(self, status: int) -> None:
        verdicts = of_update(put(status, at=location("a1")))
        assert (verdicts.fails, verdicts.warns) == ({"ACC-014"}, set())

    @pytest.mark.parametrize("requirement", ["ACC-008", "ACC-009", "ACC-010", "ACC-011", "ACC-012", "ACC-025"])
    @pytest.mark.parametrize("status", [400, 404, 500, None])
    def test_a_refusal_is_of_what_was_changed(self, requirement: str, status: int | None) -> None:
        assert of_update(put(status), requirement=requirement).fails == {requirement}

    def test_a_refusal_of_no_named_change_is_of_the_update(self) -> None:
        assert judged(put(409), check="account-updated").fails == {"ACC-014"}

    @pytest.mark.parametrize("requirement", ["ACC-008", "ACC-023"])
    def test_an_account_that_was_never_created_is_not_updated(self, requirement: str) -> None:
        verdicts = of_update(put(404, LORIDON.deactivated()), post(422), requirement=requirement)
        assert (verdicts.fails, verdicts.warns) == (set(), set())
        assert {requirement, "ACC-014", "ACC-015", "ACC-026"} <= verdicts.unverified
        assert verdicts.tallies["ACC-032"].examined == 1

    def test_another_account_is_updated(self) -> None:
        verdicts = of_update(put(201, at=location("b2")), CREATED, requirement="ACC-025")
        assert verdicts.fails == {"ACC-014", "ACC-025"}
        assert verdicts.seen("ACC-025") == ("HTTP.header(Location)", location("a1"), location("b2"))

    def test_a_missing_location_is_a_reserve(self) -> None:
        verdicts = of_update(put(200))
        assert (verdicts.fails, verdicts.warns) == (set(), {"ACC-015"})

    def test_deactivation(self) -> None:
        sent = LORIDON.deactivated()
        good = of_update(put(200, sent, at=location("a1")), requirement="ACC-023")
        assert (good.fails, good.warns) == (set(), set())
        assert "ACC-026" in held(good)
        assert "ACC-023" in good.unverified
        assert of_update(put(405, sent), requirement="ACC-023").fails == {"ACC-023", "ACC-026"}
        assert "ACC-026" in of_update(put(200)).unverified


class TestUnknownAccount:
    @pytest.mark.parametrize("status", [200, 201])
    def test_created(self, status: int) -> None:
        verdicts = judged(put(status, at=location("a")), check="account-put-created")
        assert (verdicts.fails, verdicts.warns) == (set(), set())
        assert verdicts.tallies["ACC-018"].examined == 1

    @pytest.mark.parametrize("status", [202, 204, 302, 404, 412, 500, None])
    def test_not_created(self, status: int | None) -> None:
        assert judged(put(status), check="account-put-created").fails == {"ACC-018"}

    @pytest.mark.parametrize(
        ("first", "second", "fails", "examined"),
        [
            ((201, "a"), (200, "a"), False, 1),
            ((200, "a"), (200, "a"), False, 1),
            ((201, "a"), (201, "a"), False, 1),
            ((201, None), (200, None), False, 1),
            ((201, "a"), (200, "b"), True, 1),
            ((201, None), (201, None), True, 1),
            ((201, "a"), (409, None), True, 1),
            ((201, "a"), (None, None), True, 1),
            ((201, "a"), (204, None), False, 0),
            ((404, None), (404, None), False, 0),
        ],
    )
    def test_idempotence(
        self,
        first: tuple[int, str | None],
        second: tuple[int | None, str | None],
        fails: bool,
        examined: int,
    ) -> None:
        answers = [put(status, at=location(at) if at else None) for status, at in (first, second)]
        verdicts = judged(*answers, check="account-idempotent")
        assert verdicts.fails == ({"ACC-019"} if fails else set())
        assert verdicts.tallies["ACC-019"].examined == examined


class TestEndpoint:
    @pytest.mark.parametrize(("status", "fails"), [(201, set()), (404, {"ACC-001"}), (405, {"ACC-001"})])
    def test_served_beside_the_search(self, status: int, fails: set[str]) -> None:
        write = post(status, content=HTML, at=location("a"))
        assert judged(write, answer(mutated()), check="account-endpoint").fails == fails

    def test_a_criterion_without_account_is_served(self) -> None:
        explained = judged(put(404), answer(mutated()), check="account-endpoint")
        assert explained.unverified == {"ACC-001"}
        assert judged(post(404), answer(mutated()), check="account-endpoint").fails == {"ACC-001"}

    def test_nothing_to_compare_with(self) -> None:
        verdicts = judged(CREATED, answer(b"{}"), check="account-endpoint")
        assert verdicts.unverified == {"ACC-001"}

    @pytest.mark.parametrize(
        ("status", "content", "warns"),
        [
            (200, {"resourceType": "CapabilityStatement"}, set()),
            (200, {"resourceType": "Bundle"}, {"ACC-051"}),
            (404, None, {"ACC-051"}),
        ],
    )
    def test_metadata(self, status: int, content: dict[str, object] | None, warns: set[str]) -> None:
        request = Request("GET", f"{BASE}/metadata")
        assert judged(answered(request, status, content), check="account-metadata").warns == warns


def test_concurrent_writes() -> None:
    assert judged(post(422), post(422, MARIUS), check="account-concurrent").unverified == {"PERF-006"}
    good = [CREATED, post(201, MARIUS, at=location("b"))]
    assert judged(*good, check="account-concurrent").tallies["PERF-006"].examined == 2
    for bad in (post(500, SWITCHED), post(201, SWITCHED, at=location("b"))):
        verdicts = judged(*good, bad, check="account-concurrent")
        assert verdicts.warns == {"PERF-006"}
        assert len(verdicts.tallies["PERF-006"].findings) == 1
