"""What the JSON fields of a tree must be before it is saved."""

from typing import Any

from django.core.exceptions import ValidationError

from resolutionflow.web.text import unstorable_message
from trees_app.document import shape
from trees_app.document.advice import Advice
from trees_app.document.shape import Problem


def validate_shape(structure: Any) -> None:
    """Raise `ValidationError` with all that keeps `structure` from being saved ([T1])."""
    if message := unstorable_message(structure):
        raise ValidationError(message)
    if problems := shape.shape_problems(structure):
        raise ValidationError([format_problem(problem) for problem in problems])


def validate_intake_form(intake_form: Any) -> None:
    """Raise `ValidationError` with all that is wrong with the variables ([T3])."""
    if message := unstorable_message(intake_form):
        raise ValidationError(message)
    if problems := shape.intake_problems(intake_form):
        raise ValidationError([format_problem(problem) for problem in problems])


def format_problem(problem: Problem | Advice) -> str:
    """Return the problem or advice in one line, with its node where it is about one."""
    return f"{problem.node}: {problem.message}" if problem.node else problem.message
