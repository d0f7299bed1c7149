"""Against card testing: how hard the page is pressed, who is let through meanwhile, and the switch that stops it."""
