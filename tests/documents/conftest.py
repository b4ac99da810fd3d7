import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.factories import draft


@pytest.fixture
def case(world):
    """An application being prepared, to which files can be added."""
    return draft(world.company, world.applicant)


@pytest.fixture
def upload():
    """A file as a browser sends it."""
    return lambda content, name="报告.pdf": SimpleUploadedFile(name, content)
