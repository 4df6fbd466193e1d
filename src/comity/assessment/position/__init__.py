"""A joint line to the outside: packages, what solves them fairly, and one text that both sides write.

    domain = genius.read_domain(data)
    found = solutions.solve(domain, genius.read_profile(a, domain), genius.read_profile(b, domain))

`packages` holds issues, options and a side's values; `genius` reads the field's files; `frontier` finds the
packages that neither side can better without the other losing; `solutions` the Nash, Kalai-Smorodinsky and
egalitarian ones, `explain` says them in words. `private` keeps a side's own values in its own folder;
`text` derives the states of the clauses from both logs.
"""
