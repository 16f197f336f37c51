"""Everything people and machines read over HTTP: the status page, its feed, knowledge, health and figures."""
