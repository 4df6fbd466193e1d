"""Consult before you commit: what a rule asks for, where a consultation stands, what was dated too early.

    rule = rules.shipped("mrc-pnpca")             # data, by version and digest
    deadline.reckon("2016-12-20", rule.period)    # 2017-06-19: six calendar months, less a day
    life = states.life(opening, steps, rule, parties, on=day)
    flags.flag(life, rule, commitment)            # "dated before consultation concluded", with the days

`dates` reads EDTF, `deadline` reckons, `rules` reads the rule files, `states` is the state machine, `flags`
compares, `usage` counts who uses it how often. Nothing here vetoes, and nothing says that law was broken.
"""
