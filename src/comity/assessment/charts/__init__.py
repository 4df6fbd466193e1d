"""Charts as plain coordinates: pure functions from figures to marks, which `templates/charts/` writes as SVG.

Places are thousandths of the width and of the height of the picture, so that a drawing fills a phone and a
desk alike and its words keep their size. A party is drawn in the console's colour of it and with a dash of
its own, because colour alone says nothing to everybody. Beside every picture stands a table of its figures.
"""
