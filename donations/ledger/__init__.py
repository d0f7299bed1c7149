"""Every cent, twice: the double-entry ledger that all figures are derived from."""
