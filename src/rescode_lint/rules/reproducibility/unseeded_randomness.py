from __future__ import annotations

from collections.abc import Iterator

from rescode_lint.model import Finding, Related
from rescode_lint.project import Project
from rescode_lint.rule import Bad, FileRule
from rescode_lint.rules.reproducibility._draws import Draw, unseeded_draws
from rescode_lint.rules.reproducibility._random import TEST_PATH, own_seeds
from rescode_lint.rules.reproducibility._splits import unseeded_splits
from rescode_lint.semantics import Module


class UnseededRandomness(FileRule):
    """A script that draws random numbers and never says with which seed gives other numbers whenever it is run. The figure
    in the paper cannot be drawn again, a difference between two runs may be a change of the code or may be luck, and a bug
    that only some draws show goes away while one looks for it.
    """

    code = "RSC601"
    name = "unseeded-randomness"
    summary = "random numbers that results depend on, and no seed"
    advice = "Seed what draws."
    VALID = ()
    INVALID = (Bad("import numpy as np\nx = np.random.rand(3)\n    ^^^^^^^^^^^^^^^^^\nnp.save('x', x)"),)

    def check(self, file: Module) -> Iterator[Finding]:
        """Yield one finding for the first draw of the file."""
        if TEST_PATH.search(file.path):
            return
        draws = unseeded_draws(file)
        if not draws:
            return
        splits = {id(place.call) for place in unseeded_splits(file)}
        draws = [draw for draw in draws if id(draw.call) not in splits]
        if not draws:
            return
        first = draws[0]
        streams = list(dict.fromkeys(d.stream for d in draws))
        finding = self.finding(file.span(first.call), f"`{first.name}` {first.means} {len(draws)} {streams}")
        yield finding._replace(
            related=tuple(
                Related(file.path, s.cell, s.line, f"{d.name} {d.means}")
                for d in draws[1:]
                for s in (file.span(d.call),)
            ),
            cause=" ".join(streams),
        )

    @classmethod
    def across(cls, findings: list[Finding], project: Project) -> list[Finding]:
        return [
            f
            for f in findings
            if f.path not in project.tests and not all(own_seeds(f, s, project) for s in f.cause.split(" "))
        ]
