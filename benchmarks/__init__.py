"""How fast and how big the running program is, measured beside a bare echo bot: ``make bench``."""
