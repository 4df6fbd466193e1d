"""River stages: strict times, quality before detection, each authority's thresholds, what lies downstream."""
