"""What a relative may see of a gift: the bank statement, a mailbox, a browser's history. All of it in neutral words."""
