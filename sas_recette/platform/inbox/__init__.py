"""The platform as receiver of appointments (INT_R03): `inbox` decides, `serving` puts it behind mutual TLS."""
