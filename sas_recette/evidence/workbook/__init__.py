"""cahier-de-recette.xlsx: the cahier as a workbook, filled by a campaign or left to a person to fill."""
