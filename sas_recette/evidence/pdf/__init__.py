"""dossier.pdf: the procès-verbal of a campaign, to read alone, to print and to sign."""
