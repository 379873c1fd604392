"""INT_R04: what a CPTS adds to the agendas of practitioners."""
