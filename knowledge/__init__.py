"""What was learned while solving, captured as articles that answer the next person."""
