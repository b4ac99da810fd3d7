"""Official notices: numbered with the step that issues them, drawn afterwards, served, verified by anyone.

`service` is the door: `issue`, `read`, `enter_paper_service`. `render` draws, `verification` answers the public.
"""
