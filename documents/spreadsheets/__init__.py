"""Spreadsheets people fill in: read with a reason for every bad cell, and written so that nothing in them can
act.

`tables` is the door (`read_table`, `check_row`), `columns` says what a column may hold, `writing` makes
templates and the workbook with the bad cells marked. `package`, `text` and `grid` open the file itself, in
the confined child.
"""
