"""What `bench.border_centre` is made of: a sector, its requests, and a node that is served."""
