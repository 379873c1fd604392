from __future__ import annotations

import ssl

import httpx
import pytest

from sas_recette.editor.server import RunningEditor
from tests.editor.bench import PS_A, PS_B, query
from tests.editor.conftest import Pki
from tests.editor.pki import Pair, client_context

ACCEPT = {"Accept": "application/json+fhir"}


def ask(editor: RunningEditor, pki: Pki, pair: Pair | None, path: str = "/Slot") -> httpx.Response:
    context = client_context(pki.authority.path, pair)
    with httpx.Client(verify=context, headers=ACCEPT) as client:
        return client.get(f"{editor.base_url}{path}?{query(PS_B)}")


def test_the_platform_gets_the_slots(editor: RunningEditor, pki: Pki) -> None:
    response = ask(editor, pki, pki.platform)
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/fhir+json; charset=utf-8"
    bundle = response.json()
    assert bundle["total"] == 4
    assert bundle["link"] == [{"relation": "self", "url": f"{editor.base_url}/Slot?{query(PS_B)}"}]
    comment = bundle["entry"][0]["resource"]["comment"]
    assert comment == f"{editor.agenda_url}/ps/bastien-roussel"


def test_one_of_several_ou_is_enough(editor: RunningEditor, pki: Pki) -> None:
    assert ask(editor, pki, pki.several_ou).status_code == 200


@pytest.mark.parametrize("name", ["wrong_cn", "wrong_ou"])
@pytest.mark.parametrize("path", ["/Slot", "/metadata", "/nulle-part"])
def test_another_name_is_forbidden_everywhere(editor: RunningEditor, pki: Pki, name: str, path: str) -> None:
    response = ask(editor, pki, getattr(pki, name), path)
    assert response.status_code == 403
    assert response.json()["issue"][0]["code"] == "forbidden"
    assert PS_B not in response.text


@pytest.mark.parametrize("name", ["", "foreign"])
def test_no_certificate_or_a_foreign_one_is_refused_by_tls(editor: RunningEditor, pki: Pki, name: str) -> None:
    with pytest.raises(httpx.TransportError):
        ask(editor, pki, getattr(pki, name) if name else None)


def test_tls_1_1_is_refused(editor: RunningEditor, pki: Pki) -> None:
    context = client_context(pki.authority.path, pki.platform)
    context.set_ciphers("ALL:@SECLEVEL=0")
    for bound in ("minimum_version", "maximum_version"):
        with pytest.warns(DeprecationWarning, match="TLSv1_1"):
            setattr(context, bound, ssl.TLSVersion.TLSv1_1)
    with httpx.Client(verify=context) as client, pytest.raises(httpx.ConnectError):
        client.get(f"{editor.base_url}/metadata")


def test_the_raw_pipe_and_a_list_cross_the_wire(editor: RunningEditor, pki: Pki) -> None:
    context = client_context(pki.authority.path, pki.platform)
    with httpx.Client(verify=context, headers=ACCEPT) as client:
        url = f"{editor.base_url}/Slot?{query(PS_A, PS_B, bar='|')}"
        assert client.get(url).json()["total"] == 9
