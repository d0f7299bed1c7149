"""Erasing and handing out what is held about one person: who is found how, two people, and the certificate."""
