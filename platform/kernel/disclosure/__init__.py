"""Who may open what the vault has sealed: member keys, their seats in the two groups, two-person disclosure."""
