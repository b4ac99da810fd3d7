import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from tests.factories import draft


@pytest.fixture
def case(world):
    """An application being prepared, to which files can be added."""
    return draft(world.company, world.applicant)


@pytest.fixture
def upload():
    """A file as a browser sends it."""
    return lambda content, name="报告.pdf": SimpleUploadedFile(name, content)


@pytest.fixture
def csv(upload):
    """A table as a browser sends it: rows of cells, in an encoding."""

    def write(*rows, encoding="utf-8", separator=","):
        text = "\r\n".join(separator.join(row) for row in rows)
        return upload(text.encode(encoding), "清单.csv")

    return write


@pytest.fixture
def xlsx(upload):
    def write(*rows):
        workbook = Workbook()
        for row in rows:
            workbook.active.append(row)
        file = io.BytesIO()
        workbook.save(file)
        return upload(file.getvalue(), "清单.xlsx")

    return write
