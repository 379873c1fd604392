"""The SAS platform’s role: transport, searches, test certificates."""
