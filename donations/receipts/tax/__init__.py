"""What a tax office gives on top of a gift. One scheme per issuer; each stands behind the same few questions."""
