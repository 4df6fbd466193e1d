"""Pools of answers, and what the answers disagree about.

`distributions` puts answers on a fixed grid; `probability` pools probabilities, `intervals` brings
intervals to one level; `summary` is what a party opens, `joint` what both nodes make of the summaries;
`decompose` splits the uncertainty of the pool, `chance` asks whether parties matter, `advice` says what to
do next; `inner` does all that from the answers themselves; `proper` and `resolved` score what was sealed
before a question resolved.

Between parties every voice is that of the compact, whatever the number of experts.
"""
