"""An HTML page without a browser: its elements, a few selectors, what it shows, and what its forms send."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from html.parser import HTMLParser
from typing import Final

_VOID: Final = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"})
_UNSEEN: Final = frozenset({"head", "script", "style", "template", "noscript", "title"})
_INLINE: Final = frozenset({"a", "abbr", "b", "code", "em", "i", "label", "small", "span", "strong", "time", "button"})
_COMPOUND: Final = re.compile(
    r"(?P<tag>[a-zA-Z][\w-]*|\*)?(?P<rest>(?:#[\w-]+|\.[\w-]+|\[[\w-]+(?:=(?:\"[^\"]*\"|'[^']*'|[^\]\"']*))?\])*)"
)
_SIMPLE: Final = re.compile(r"#([\w-]+)|\.([\w-]+)|\[([\w-]+)(?:=(?:\"([^\"]*)\"|'([^']*)'|([^\]\"']*)))?\]")


@dataclass(slots=True, eq=False)
class Element:
    """One element; its children are elements and texts, in their order."""

    tag: str
    attributes: Mapping[str, str]
    parent: Element | None = None
    children: list[Element | str] = field(default_factory=list)

    @property
    def visible(self) -> bool:
        """Whether nothing hides it or what holds it."""
        return self.shown and (self.parent is None or self.parent.visible)

    @property
    def shown(self) -> bool:
        """Whether nothing hides it, whatever holds it."""
        style = self.attributes.get("style", "").replace(" ", "")
        hidden = "hidden" in self.attributes or self.tag in _UNSEEN or "display:none" in style
        unseen_field = self.tag == "input" and self.attributes.get("type", "").lower() == "hidden"
        return not (hidden or unseen_field)

    def inside(self) -> Iterator[Element]:
        """Every element that it holds, in the order of the page."""
        for child in self.children:
            if isinstance(child, Element):
                yield child
                yield from child.inside()

    def up(self, tag: str) -> Element | None:
        """The nearest element of that tag that holds it."""
        holder = self.parent
        while holder is not None and holder.tag != tag:
            holder = holder.parent
        return holder

    def text(self) -> str:
        """What it holds, blocks apart from each other; what is hidden left out."""
        if not self.shown:
            return ""
        inner = "".join(child if isinstance(child, str) else child.text() for child in self.children)
        return inner if self.tag in _INLINE else f"\n{inner}\n"


class Document(HTMLParser):
    """A parsed page."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("html", {})
        self._open = self.root
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag == "html":
            self.root.attributes = attributes
            return
        element = Element(tag, attributes, self._open)
        self._open.children.append(element)
        if tag not in _VOID:
            self._open = element

    def handle_endtag(self, tag: str) -> None:
        holder: Element | None = self._open
        while holder is not None and holder.tag != tag:
            holder = holder.parent
        if holder is not None and holder.parent is not None:
            self._open = holder.parent

    def handle_data(self, data: str) -> None:
        self._open.children.append(data)

    @cached_property
    def elements(self) -> tuple[Element, ...]:
        """Every element, in the order of the page."""
        return (self.root, *self.root.inside())

    @property
    def title(self) -> str:
        """The title, as a browser gives it."""
        titles = (element for element in self.root.inside() if element.tag == "title")
        return next((" ".join("".join(map(str, one.children)).split()) for one in titles), "")

    @property
    def text(self) -> str:
        """What is shown."""
        return self.root.text()

    def all(self, selector: str) -> Iterator[Element]:
        """Every element that a compound selector matches. Raises ValueError for what is more than that."""
        tag, wanted = _parsed(selector)
        for element in self.elements:
            if (not tag or element.tag == tag) and all(_holds(element, name, value) for name, value in wanted):
                yield element

    def first(self, selector: str) -> Element | None:
        """The first visible element of a selector."""
        return next((element for element in self.all(selector) if element.visible), None)


def form_fields(form: Element, document: Document, submit: Element) -> list[tuple[str, str]]:
    """What a form sends when it is submitted by one of its buttons."""
    sent = []
    for element in document.elements:
        name = element.attributes.get("name", "")
        if not name or "disabled" in element.attributes or _form_of(element, document) is not form:
            continue
        sent += [(name, value) for value in _values(element, submit)]
    return sent


def _form_of(element: Element, document: Document) -> Element | None:
    owner = element.attributes.get("form")
    return element.up("form") if owner is None else next(document.all(f"form#{owner}"), None)


def owner_form(submit: Element, document: Document) -> Element | None:
    """The form that a button submits, None when it submits none."""
    kind = submit.attributes.get("type", "submit" if submit.tag == "button" else "").lower()
    submits = submit.tag in {"button", "input"} and kind in {"submit", "image"}
    return _form_of(submit, document) if submits else None


def chosen(select: Element, value: str) -> bool:
    """Choose an option by its value; False when there is none."""
    options = [one for one in select.inside() if one.tag == "option"]
    for one in options:
        kept = {name: given for name, given in one.attributes.items() if name != "selected"}
        one.attributes = kept | ({"selected": ""} if kept.get("value") == value else {})
    return any("selected" in one.attributes for one in options)


def _values(element: Element, submit: Element) -> Iterator[str]:
    kind = element.attributes.get("type", "").lower()
    value = element.attributes.get("value", "")
    if element is submit:
        yield value
    elif element.tag == "textarea":
        yield "".join(map(str, element.children))
    elif element.tag == "select":
        options = [one for one in element.inside() if one.tag == "option"]
        chosen = [one for one in options if "selected" in one.attributes] or options[:1]
        yield from (one.attributes.get("value", one.text().strip()) for one in chosen)
    elif element.tag == "input" and kind in {"checkbox", "radio"}:
        if "checked" in element.attributes:
            yield value or "on"
    elif element.tag == "input" and kind not in {"submit", "button", "image", "reset", "file"}:
        yield value


def _parsed(selector: str) -> tuple[str, list[tuple[str, str | None]]]:
    found = _COMPOUND.fullmatch(selector.strip())
    if found is None or not selector.strip():
        raise ValueError(f"a selector that only a browser knows: {selector}")
    tag = (found["tag"] or "").lower()
    wanted: list[tuple[str, str | None]] = []
    for one in _SIMPLE.finditer(found["rest"]):
        name, kind, attribute = one[1], one[2], one[3]
        if name:
            wanted.append(("id", name))
        elif kind:
            wanted.append(("class ", kind))
        else:
            wanted.append((attribute.lower(), next((value for value in one.group(4, 5, 6) if value is not None), None)))
    return "" if tag == "*" else tag, wanted


def _holds(element: Element, name: str, value: str | None) -> bool:
    if name == "class ":
        return value in element.attributes.get("class", "").split()
    return name in element.attributes and (value is None or element.attributes[name] == value)
