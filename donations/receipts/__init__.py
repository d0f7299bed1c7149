"""Receipts: numbered without a gap, never edited, corrected by counter-receipts; papers are drawn when asked for."""
