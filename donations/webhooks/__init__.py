"""What Stripe tells us: kept as ids, fetched again, applied once."""
