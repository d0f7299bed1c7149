"""What the figures of Stripe's events need: a stub of Stripe, a bare view, a dj-stripe, and who posts to them."""
