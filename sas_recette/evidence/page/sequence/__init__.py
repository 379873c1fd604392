"""The sequence diagram of a scenario: who called whom, in order, drawn from the journal alone."""
