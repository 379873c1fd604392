"""The editor's own driver at work in a page."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from sas_recette.exchange.model import Fault
from sas_recette.platform.appointment import Appointment
from sas_recette.platform.browser import DriverError
from sas_recette.platform.chromium.faults import page_fault

if TYPE_CHECKING:
    from playwright.sync_api import Page


def act(driver: object | None, action: str, page: Page, appointment: Appointment | None = None) -> Fault | None:
    """Calls the driver's method of that name; what it did not find in the page is a fault of the page.

    Raises DriverError when there is no such method, or when it fails for a reason of its own.
    """
    from playwright.sync_api import Error

    method = _method(driver, action)
    try:
        method(page) if appointment is None else method(page, appointment)
    except (Error, AssertionError) as error:
        return page_fault(f"le pilote n’a pas pu faire «\u00a0{action}\u00a0»\u00a0: {_said(error)}")
    except Exception as error:
        raise _failed(action, error) from error
    return None


def driver_marks(driver: object | None, page: Page) -> tuple[str, ...]:
    """The names of marks that the driver sees in a page, none without a method `marks`. Raises DriverError likewise."""
    from playwright.sync_api import Error

    if driver is None or not hasattr(driver, "marks"):
        return ()
    try:
        names: Iterable[object] = _method(driver, "marks")(page) or ()
        return tuple(str(name) for name in names)
    except Error:  # the page went away meanwhile
        return ()
    except Exception as error:
        raise _failed("marks", error) from error


def _method(driver: object | None, action: str) -> Callable[..., Iterable[object] | None]:
    if driver is None:
        raise DriverError(f"«\u00a0{action}\u00a0» demande un pilote, et sso.driver n’en nomme aucun.")
    method = None if action.startswith("_") else getattr(driver, action, None)
    if not callable(method):
        raise DriverError(f"Le pilote {type(driver).__name__} n’a pas de méthode «\u00a0{action}\u00a0».")
    return method  # type: ignore[no-any-return]


def _failed(action: str, error: Exception) -> DriverError:
    return DriverError(
        f"Le pilote a échoué dans «\u00a0{action}\u00a0»\u00a0: {type(error).__name__}\u00a0: {_said(error)}"
    )


def _said(error: BaseException) -> str:
    return str(error).strip().partition("\n")[0] or "sans autre précision"
