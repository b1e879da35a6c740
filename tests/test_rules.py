"""All rules, by the contract that their own examples state."""

import pytest

from rescode_lint.check.catalog import builtin
from rescode_lint.rule import Rule
from rescode_lint.testing import Case, cases, check_case, check_rule


@pytest.mark.parametrize("rule", builtin(), ids=lambda rule: rule.code)
def test_contract(rule: type[Rule]) -> None:
    check_rule(rule)


@pytest.mark.parametrize("case", cases(*builtin()), ids=str)
def test_example(case: Case) -> None:
    check_case(case)
