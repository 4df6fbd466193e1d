"""Remote ID (ASTM F3411-22a) as a *claim*: nobody signs it, and anybody can send it.

Nothing is imported here. The parts: `decode` turns 25 bytes into a message or a named refusal, `claims`
gathers what one transmitter says, `corroborate` holds it against tracks of sensors. What names or places a
person (the operator's identity and position, free text) is left out unless a purpose is given.
"""
