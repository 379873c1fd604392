"""What the three searches of agendas have in common: INT_R01, INT_R04 and INT_SOS1."""
