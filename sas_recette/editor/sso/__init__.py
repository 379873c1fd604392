"""The product as an OpenID Connect relying party: regulators come in from the SAS platform or from Pro Santé Connect."""
