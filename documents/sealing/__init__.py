"""Sealing: an organ's electronic signature over a finished paper, and what a signature found on a file says.

`providers` is the seam: bytes in, sealed bytes out. `pades` signs and examines; `pkcs12` and `pkcs11` keep the key in
a file or in a token; `authority` makes keys for a demo.
"""
