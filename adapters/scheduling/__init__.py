"""Ticks: calls the sweeps over due times every few seconds."""
