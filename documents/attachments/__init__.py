"""Attachments: what people file, from the gate every upload passes to the page an officer looks at.

`slots` says what each place for a file accepts, `gate` receives (`accept_upload`), `checks` and `drawing` do
the dangerous part in a confined child (`documents.confined`), `store` keeps the bytes by their hash, `models`
remembers, `serving` hands out.
"""
