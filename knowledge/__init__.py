"""Knowledge: what solved a problem once, kept so that it answers the next person."""
