"""How far a picture is from the truth: OSPA, GOSPA and GOSPA of trajectories, each with its parts."""
