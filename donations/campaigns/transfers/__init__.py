"""What a campaign says it has sent, and what of it arrived."""
