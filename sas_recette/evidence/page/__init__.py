"""The page of a campaign (`report.html`): its views, its bodies, its templates."""
