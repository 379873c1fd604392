"""PERFORMANCE: response times, volumes, and what the editor declares (performance-and-service.md)."""
