"""The release gate as a pure core: what may be published together, and why nothing else may. No database, no clock."""
