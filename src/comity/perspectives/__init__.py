"""Who said what, as reported by whom; where voices converge and diverge."""
