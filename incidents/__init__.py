"""Reports, incidents, outages, the people affected and what they are told."""
