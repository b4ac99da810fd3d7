"""The pages of an enterprise at /my/: its case from draft to title, and what it needs beside it."""
