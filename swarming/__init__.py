"""Drawing the right people together around an incident, and letting them go again."""
