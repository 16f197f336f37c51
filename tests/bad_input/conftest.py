"""The worlds of the journeys, for people who type anything at all."""

from tests.journey.conftest import enter

__all__ = ["enter"]
