"""Slack: Web API, Socket Mode and signed HTTP."""
