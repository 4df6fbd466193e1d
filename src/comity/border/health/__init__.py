"""Weekly counts of a disease against what the years and weeks before let expect; aggregates only."""
