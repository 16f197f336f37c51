"""Swarms are played through in the worlds of the journeys."""

from tests.journey.conftest import enter

__all__ = ["enter"]
