"""Papers: PDFs drawn from what is kept, the same bytes each time, and stored nowhere."""
