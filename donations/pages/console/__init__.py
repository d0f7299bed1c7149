"""The money screens. Exact figures are for the operator's finance officers alone; nobody sees who gave."""
