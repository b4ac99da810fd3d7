"""What a notice will look like, before the decision that issues it: watermarked, unnumbered, unsealed."""

from typing import Any

from documents.notices import numbering
from documents.notices.context import Paper
from documents.notices.kinds import form_of, template_of
from documents.notices.render import filled, picture, render_pdf


def preview_context(paper: Paper) -> dict[str, Any]:
    """The context of a notice not yet decided: a gap where its number will stand, and no code to verify."""
    form, year = form_of(paper.kind.code), numbering.year_of(paper.ctx.now)
    number = "" if form.series is None else numbering.written(paper.organ, year, form.series, "　")
    return {**paper.context(number=number), "preview": True}


def preview_html(code: str, context: dict[str, Any]) -> str:
    """How it will read, as a fragment for the page: plain elements in the look of `components/paper.html`."""
    return filled(template_of(code), context, base="notices/_screen.html", screen=True, preview=True)


def preview_pdf(code: str, context: dict[str, Any]) -> bytes:
    """Exactly what will be printed, with the watermark."""
    return render_pdf(template_of(code), {**context, "preview": True})


def preview_png(code: str, context: dict[str, Any], *, page: int = 0, width: int = 900) -> bytes:
    """The same as a picture."""
    return picture(preview_pdf(code, context), page=page, width=width)
