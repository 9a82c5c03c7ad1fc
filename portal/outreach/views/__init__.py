"""The lists and the goals of the outreach pages, and the map of the site: HTTP only."""
