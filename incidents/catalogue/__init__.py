"""Services, configuration items, teams, people and channels: who provides what to whom."""
