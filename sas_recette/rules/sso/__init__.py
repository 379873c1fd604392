"""Single sign-on: the relying party's requests, and what its answers let in (sso.md)."""
