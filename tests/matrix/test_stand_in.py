"""The stand-in tells what the platform's transport really records, over mutual TLS."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest

from sas_recette.cli.reference import EXPECTED_CN, EXPECTED_OU
from sas_recette.editor.behaviour import REFERENCE
from sas_recette.editor.defects import DEFECTS, behaviour_of
from sas_recette.editor.server import EditorSettings, RunningEditor, running_editor
from sas_recette.exchange.model import Exchange, Request
from sas_recette.platform.pki import TestPki, create_pki
from sas_recette.platform.tls import client_context
from sas_recette.platform.transport import Limits, Transport
from tests.matrix.cahier import Campaign, campaign
from tests.matrix.stand_in import FHIR_BASE, NOW, StandIn

BELOW_THE_SERVICE: Final = ("body-utf-16", "empty-answer-204", "error-without-body", "html-page", "raw-pipe-refused")
"""Defects in what the web server, not the FHIR service, puts on the wire."""
