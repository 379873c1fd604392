"""The reference editor: a small agenda product, and the defects it can be told to have."""
