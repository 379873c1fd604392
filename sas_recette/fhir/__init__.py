"""Reading what a candidate sent: parsing, structural R4 checks, the graph of a Bundle, locations."""
