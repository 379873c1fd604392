"""What is particular to agendas of practitioners: INT_R01 and INT_R04 alike."""
