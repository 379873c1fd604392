"""INT_SOS1: agendas of the fixed places of consultation of SOS Médecins associations."""
