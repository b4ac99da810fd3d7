"""Files made to hurt, each with what must become of it; and honest ones, so that the gate is not simply a wall.

Made anew on every run from a seed, by the standard library, pikepdf and openpyxl: nothing hostile is committed.
"""

from tests.documents.hostile import images, mutations, pdfs, tables, workbooks
from tests.documents.hostile.sample import Sample, Verdict

SAMPLES: list[Sample] = [
    *pdfs.samples(), *images.samples(), *workbooks.samples(), *tables.samples(),
]  # fmt: skip
MUTATIONS = mutations.of([sample for sample in SAMPLES if sample.verdict is Verdict.ACCEPT])

__all__ = ["MUTATIONS", "SAMPLES", "Sample", "Verdict"]
