"""Slack's Web API: what may be called, by whom, with which arguments, and what it answers."""
