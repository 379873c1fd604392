from __future__ import annotations

import json

from sas_recette.evidence.page.bodies import WHOLE_BYTES, BodyKind, readable_body


def bundle(count: int) -> bytes:
    slots = [{"resource": {"resourceType": "Slot", "id": str(rank), "status": "free"}} for rank in range(count)]
    return json.dumps({"resourceType": "Bundle", "entry": slots}).encode()


def test_nothing_to_show() -> None:
    assert readable_body(b"").kind is BodyKind.EMPTY


def test_a_faulty_place_is_marked() -> None:
    body = readable_body(
        bundle(2), ["Bundle.entry[1].resource.status", "Bundle.entry[0].resource.start", "HTTP.status"]
    )
    assert [row.text.strip() for row in body.rows if row.marked] == ['"resource": {', '"status": "free"']
    assert set(body.line_of) == {"Bundle.entry[1].resource.status", "Bundle.entry[0].resource.start"}
    assert not body.cut


def test_a_long_body_is_cut_around_its_marks_and_keeps_their_parents() -> None:
    body = readable_body(bundle(1000), ["Bundle.entry[500].resource.status"])
    texts = [row.text.strip() for row in body.rows]
    assert body.cut
    assert texts[0] == "{"
    assert '"entry": [' in texts
    assert '"status": "free"' in texts
    assert texts[-1] == "}"
    shown = sum(1 for row in body.rows if not row.omitted)
    assert shown < 20
    assert shown + sum(row.omitted for row in body.rows) == 1000 * 7 + 5


def test_the_parents_of_each_mark_are_shown_where_marks_are_far_apart() -> None:
    nested = {"a": [{"filler": list(range(50)), "b": {"filler": list(range(50)), "c": 1}} for _ in range(40)]}
    body = readable_body(json.dumps(nested).encode(), [f"X.a[{rank}].b.c" for rank in range(40)])
    assert body.cut
    assert sum(row.text.strip() == '"b": {' for row in body.rows) == 40


def test_a_long_body_without_marks_shows_its_head() -> None:
    body = readable_body(bundle(1000))
    assert len([row for row in body.rows if not row.omitted]) == 60
    assert body.rows[-1].omitted == 1000 * 7 + 5 - 60


def test_a_very_long_value_is_shortened() -> None:
    body = readable_body(json.dumps({"a": "x" * 5000}).encode())
    assert "3807 caractères omis" in body.rows[1].text
    assert len(body.rows[1].text) < 1300


def test_text_is_shown_with_its_bytes() -> None:
    body = readable_body(b"<html>\r\n\xff\x00</html>")
    assert body.kind is BodyKind.TEXT
    assert [row.text for row in body.rows] == ["<html>", "\\xff‹U+0000›</html>"]


def test_a_long_text_is_cut() -> None:
    body = readable_body(b"ligne\n" * (WHOLE_BYTES // 6 + 10))
    assert body.cut
    assert body.rows[-1].omitted == WHOLE_BYTES // 6 + 11 - 60
