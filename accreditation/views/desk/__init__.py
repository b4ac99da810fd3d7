"""Pages of the offices: the case, the review in two panes, the consultation, the decision, the register."""
