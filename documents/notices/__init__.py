"""Official notices: numbered with the step that issues them, drawn afterwards, served, verified by anyone.

`issuing` writes them with the step, `drawing` makes and seals the file, `service` serves it, `verification` answers
the public.
"""
