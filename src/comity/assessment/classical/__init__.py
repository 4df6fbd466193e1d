"""Cooke's Classical Model of structured expert judgement, inside one party's panel.

    study = excalibur.read(dtt, rls)
    judged = panel.judge(study)

`study` holds a panel's answers, `scale` puts them on the scales of their items, `excalibur` reads and writes
the field's files; `scores` says how well experts judged, `pooling` makes decision makers of them, `weighing`
weighs experts on any choice of seeds, `optimise` chooses the cut-off; `panel` puts it together and says which
decision maker to take, and why; `robustness` leaves experts or seeds out.

Source: R. M. Cooke, Experts in Uncertainty, Oxford University Press 1991, chapters 8 and 12.
"""
