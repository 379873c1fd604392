"""Named deviations of the product, as editors really make them."""

from sas_recette.editor.defects.model import Defect
from sas_recette.editor.defects.registry import DEFECTS, UnknownDefectError, behaviour_of, defect

__all__ = ["DEFECTS", "Defect", "UnknownDefectError", "behaviour_of", "defect"]
