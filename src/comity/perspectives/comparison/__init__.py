"""The computed finding: method `clusters/2`, one algorithm a module; `clusters` says how they go together."""
