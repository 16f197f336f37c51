"""Swarms: the people who work on an incident together, and their room."""
