"""What Stripe pays out to our bank, and whether its books and ours agree to the cent."""
