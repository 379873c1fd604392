"""How long a page is waited for, and how much of it is borne."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Patience:
    """Times in seconds, sizes in bytes.

    `page` is the time allowed for a page (sso.md §8). A page with scripts is at rest when nothing has changed for `quiet`; for
    `unmarked` when it bears none of the marks, since it may still be drawing itself. A page that never stops changing is taken
    as it is `restless` after its last request, and a request that lasts longer than `stream` does not hold back a page that
    bears a mark. `hung` is what a page that no longer answers is granted beyond its time; `element` is for a click to be possible,
    `driver` for an action of the editor's driver.
    """

    page: float = 15.0
    quiet: float = 0.05
    unmarked: float = 0.5
    restless: float = 3.0
    stream: float = 3.0
    hung: float = 2.0
    element: float = 5.0
    driver: float = 60.0
    max_received: int = 32 * 1024 * 1024
    max_body: int = 8 * 1024 * 1024
    excerpt: int = 256 * 1024
    max_text: int = 4_000
    max_hops: int = 60
    max_windows: int = 4
