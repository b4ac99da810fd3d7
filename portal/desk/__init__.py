"""The desk of the offices: the work queue, the lists of cases, and the page of a case."""
