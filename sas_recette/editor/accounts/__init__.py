"""The regulator accounts of the reference editor: what the platform writes about them, and how they are kept."""
