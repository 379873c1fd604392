"""One look at a page: everything that is read in it, in a single question to the browser."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sas_recette.platform.browser import Mark, MarkError

if TYPE_CHECKING:
    from playwright.sync_api import Page

_MAX_TEXT: Final = 200_000
_MAX_TITLE: Final = 500

# Open shadow trees and frames of the same origin are part of what is seen. A page may have replaced what it likes of its own
# objects: only plain loops over plain calls.
_LOOK: Final = """([selectors, maxText, maxTitle]) => {
  const roots = [document];
  const texts = [];
  let scripts = false, password = false;
  const textOf = (node) => node && (node.innerText === undefined ? node.textContent : node.innerText) || '';
  texts.push(textOf(document.body || document.documentElement));
  for (let i = 0; i < roots.length && i < 200; i++) {
    const root = roots[i];
    if (root.querySelector('script')) scripts = true;
    const secrets = root.querySelectorAll('input[type=password]');
    for (let j = 0; j < secrets.length; j++) if (secrets[j].value) password = true;
    const all = root.querySelectorAll('*');
    for (let j = 0; j < all.length && j < 50000; j++) {
      const one = all[j];
      if (one.shadowRoot) {
        roots.push(one.shadowRoot);
        for (let k = 0; k < one.shadowRoot.children.length; k++) texts.push(textOf(one.shadowRoot.children[k]));
      } else if (one.localName === 'iframe' || one.localName === 'frame') {
        let inner = null;
        try { inner = one.contentDocument; } catch (error) { inner = null; }
        if (inner && inner.documentElement) { roots.push(inner); texts.push(textOf(inner.body)); }
      }
    }
  }
  const visible = (one) => one.checkVisibility
    ? one.checkVisibility({visibilityProperty: true}) || getComputedStyle(one).display === 'contents'
    : one.getClientRects().length > 0;
  const found = {}, wrong = {};
  for (const name in selectors) {
    found[name] = false;
    for (let i = 0; i < roots.length && !found[name]; i++) {
      let all;
      try { all = roots[i].querySelectorAll(selectors[name]); } catch (error) { wrong[name] = true; break; }
      for (let j = 0; j < all.length && !found[name]; j++) found[name] = visible(all[j]);
    }
  }
  const refresh = document.querySelector('meta[http-equiv=refresh i]');
  const title = document.title;
  return {
    url: location.href,
    title: (typeof title === 'string' ? title : '').slice(0, maxTitle),
    text: texts.join('\\n').slice(0, maxText),
    parsed: document.readyState === 'complete' || performance.timing.domContentLoadedEventEnd > 0,
    refresh: refresh && /url/i.test(refresh.content) ? parseFloat(refresh.content) || 0 : null,
    scripts, password, found, wrong,
  };
}"""


@dataclass(frozen=True, slots=True)
class Look:
    """What a page showed at one instant.

    `parsed` is false for a document of which more is to come; `password` says that one is typed in; `refresh` is the delay in
    seconds of a redirection that the page asks for.
    """

    url: str
    title: str
    text: str
    marks: tuple[str, ...]
    parsed: bool
    scripts: bool
    password: bool
    refresh: float | None


def look_at(page: Page, marks: Sequence[Mark]) -> Look:
    """Looks at a page. Raises MarkError for a selector that is none, and Playwright's Error when the page cannot answer."""
    selectors = {mark.name: mark.selector for mark in marks if mark.selector}
    seen: Mapping[str, Any] = page.evaluate(_LOOK, [selectors, _MAX_TEXT, _MAX_TITLE])
    for name in seen["wrong"]:
        raise MarkError(
            f"Repère «\u00a0{name}\u00a0»\u00a0: «\u00a0{selectors[name]}\u00a0» n’est pas un sélecteur CSS."
        )
    url, text, found = str(seen["url"]), str(seen["text"]), seen["found"]
    borne = tuple(mark.name for mark in marks if found.get(mark.name, True) and mark.tells(url, text))
    refresh = seen["refresh"]
    return Look(
        url=url,
        title=str(seen["title"]),
        text=text,
        marks=borne,
        parsed=bool(seen["parsed"]),
        scripts=bool(seen["scripts"]),
        password=bool(seen["password"]),
        refresh=float(refresh) if isinstance(refresh, int | float) else None,
    )


def shown_lines(text: str, limit: int) -> str:
    """The text of a page, a line a line without needless blanks, cut to `limit` characters."""
    lines = (" ".join(line.split()) for line in text.splitlines())
    return "\n".join(line for line in lines if line)[:limit]
