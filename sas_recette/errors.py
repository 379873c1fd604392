"""The one family of errors that a user can mend: a message in French, no traceback.

    UserError
    ├── CandidateFileError, TlsMaterialError, BaselineError, SignatureError   the configuration
    ├── ScenarioError, CatalogueError, ProfileError   a name that does not exist
    ├── JournalError, CampaignFormatError, ManifestError   a dossier that cannot be read
    └── CampaignError                                 a campaign that cannot begin

A fault of the candidate is never an error: it is recorded in an exchange and becomes a finding. Any other exception is
a fault of the harness (« erreur du banc »).
"""

from __future__ import annotations


class UserError(Exception):
    """What happened, where, and what to do next, in French."""
