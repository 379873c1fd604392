"""The platform as OpenID Provider."""
