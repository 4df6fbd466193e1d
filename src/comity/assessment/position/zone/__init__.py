"""The blind zone of agreement: which packages of a frozen list both sides accept, and nothing else.

Experimental, and off unless a node's `comity.toml` lists `blind-zone` among its `features`; what it gives and
what it does not is in docs/spec/zone.md.

`group` is arithmetic in a group of prime order; `protocol` what is sent, what is found, and the audit, as
pure functions; `terms` the frozen list and the mandate; `standing` reads both logs; `writing` takes the next
step.
"""
