"""Identities replaced by others of the same form: `masking` does it to what is recorded, the rest tells what, where and by what.

Every replacement is as long as what it replaces, so that the places and sizes that a dossier tells stay right; it depends on a secret
and on the value alone, so that the same value becomes the same other one in a whole campaign.
"""
