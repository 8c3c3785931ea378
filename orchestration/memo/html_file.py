"""The note as one HTML file: styles, plots and all within it, so that no request leaves the reader's machine."""

import base64
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from orchestration.memo.document import Figure, Mark, Note, Paragraph, Plot, Table, Text
from orchestration.memo.plots import draw

TEMPLATE = "note.html.j2"


def html_of(note: Note) -> str:
    """The whole page."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.tests.update(
        paragraph=lambda block: isinstance(block, Paragraph),
        table=lambda block: isinstance(block, Table),
    )

    def marked(text: Text) -> Markup:
        return _markup(text, note.numbers)

    def image(plot: Plot) -> str:
        encoded = base64.b64encode(draw(plot, note.language, "svg")).decode("ascii")
        return f"data:image/svg+xml;base64,{encoded}"

    return environment.get_template(TEMPLATE).render(note=note, marked=marked, image=image)


def _markup(text: Text, numbers: dict[str, int]) -> Markup:
    """A figure is a link to its reference; its number follows where it is marked."""
    parts = []
    for part in text:
        if isinstance(part, Figure):
            number = numbers[part.reference]
            mark = Markup("<sup>[{}]</sup>").format(number) if part.is_marked else Markup("")
            parts.append(Markup('<a class="figure" href="#reference-{}">{}{}</a>').format(number, part.text, mark))
        elif isinstance(part, Mark):
            number = numbers[part.reference]
            parts.append(Markup('<sup><a class="mark" href="#reference-{0}">[{0}]</a></sup>').format(number))
        else:
            parts.append(escape(part if isinstance(part, str) else part.text))
    return Markup("").join(parts)
