"""What about money needs a person now: looked for every five minutes, shown in the console, mailed once."""
