"""Where teams, people and services come from: a checked `catalogue.yaml`, reloaded when it changes."""
