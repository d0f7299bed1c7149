"""What a donor sees and does without an account: by a link to the mailbox they gave with, and a quarter of an hour."""
