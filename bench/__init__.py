"""Figures beside the bare limit: what the portal costs over the least the machine could do, measured in one run.

`goals` says what must hold, `run` measures it, `report` prints it; `limits` holds the yardsticks, which know
nothing of the portal but the names of its tables. Only ratios count: machines are shared and noisy.
"""
