"""What we speak: one SDK release and the API version it was generated for. A contract test fails when either moves."""

SDK_VERSION = "16.1.0"
API_VERSION = "2026-10-28.endive"
