"""Scenarios, verdicts, campaigns, and the pytest plugin that ties them to test items."""
