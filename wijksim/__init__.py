"""wijksim: what a social-enterprise policy does in a Dutch neighbourhood, and for whom the money falls."""
