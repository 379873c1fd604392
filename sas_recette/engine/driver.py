"""The editor's own driver, named in `recette.toml` as `pilote.py:Pilote`: a class whose methods act in a Playwright page."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Final

from sas_recette.platform.browser import DriverError

_EXPECTED: Final = 'écrivez sso.driver = "pilote.py:Pilote", fichier et classe, à côté de recette.toml'


def load_driver(name: str, folder: Path) -> object:
    """A driver, made without arguments; its file is relative to `folder`, that of the candidate file.

    Raises DriverError, in French, with what the driver itself said when it failed.
    """
    file, colon, kind = name.rpartition(":")
    if not (file and colon and kind.isidentifier()):
        raise DriverError(f"sso.driver «\u00a0{name}\u00a0»\u00a0: {_EXPECTED}.")
    module = _module(folder / file)
    if not hasattr(module, kind):
        raise DriverError(f"sso.driver\u00a0: {file} ne définit pas «\u00a0{kind}\u00a0».")
    try:
        return getattr(module, kind)()
    except Exception as error:
        raise _failed(f"{kind} ne se construit pas", error) from error


def _module(path: Path) -> ModuleType:
    if not path.is_file():
        raise DriverError(f"sso.driver\u00a0: le fichier {path} n’existe pas\u00a0; {_EXPECTED}.")
    spec = importlib.util.spec_from_file_location(f"sas_recette_pilote_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise DriverError(f"sso.driver\u00a0: {path} n’est pas un fichier Python (.py).")
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise _failed(f"{path} ne se charge pas", error) from error
    return module


def _failed(what: str, error: Exception) -> DriverError:
    place = f" (ligne {error.lineno})" if isinstance(error, SyntaxError) else ""
    said = error.msg if isinstance(error, SyntaxError) else str(error)
    return DriverError(
        f"sso.driver\u00a0: {what}{place}\u00a0: {type(error).__name__}\u00a0: {said or 'sans autre précision'}"
    )
