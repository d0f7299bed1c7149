"""Who and what is written into the audit trail is named by id: held over every call in the house."""

import ast
from collections.abc import Iterator

from tests.architecture.tree import ROOT, sources

# what a value comes from: a person's words, a form, a request
TELLING = {
    "email", "username", "name", "first_name", "last_name", "phone", "address", "contact", "note", "text", "title",
    "password", "cleaned_data", "POST", "GET", "META", "body", "session", "case_ref", "get_full_name",
}  # fmt: skip
WRITES = {"record", "record_each"}  # of audit
MOVES = {"move", "move_each"}  # of kernel.states, whose `by` goes into a history


def _calls(tree: ast.AST) -> Iterator[tuple[ast.Call, list[ast.expr]]]:
    """Yield each call that writes to the trail or a history, with the arguments that name somebody or something."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        named = {word.arg: word.value for word in node.keywords}
        function = node.func
        if isinstance(function, ast.Attribute) and function.attr in WRITES and ast.unparse(function.value) == "audit":
            yield (
                node,
                [
                    *node.args[:4],
                    *(
                        named[word]
                        for word in ("actor", "object_id", "object_ids", "reason", "fields")
                        if word in named
                    ),
                ],
            )
        elif isinstance(function, ast.Name) and function.id in MOVES and "by" in named:
            yield node, [named["by"]]


def _telling(argument: ast.expr) -> set[str]:
    """Return the names in an expression from which something could be told about a person."""
    words = {node.id for node in ast.walk(argument) if isinstance(node, ast.Name)}
    words |= {node.attr for node in ast.walk(argument) if isinstance(node, ast.Attribute)}
    return words & TELLING


def test_no_call_is_given_a_value() -> None:
    calls = [
        (f"{path.relative_to(ROOT)}:{call.lineno}", argument)
        for path in sources()
        if "migrations" not in path.parts
        for call, arguments in _calls(ast.parse(path.read_text()))
        for argument in arguments
    ]
    assert len(calls) > 100
    assert [f"{place} {sorted(words)}" for place, argument in calls if (words := _telling(argument))] == []


def test_it_would_see_one() -> None:
    tree = ast.parse(
        "audit.record(user.email, 'a', pledge.pk, reason=form.cleaned_data['why'])\nmove(x, by=user.username)"
    )
    assert [sorted(set().union(*map(_telling, arguments))) for _call, arguments in _calls(tree)] == [
        ["cleaned_data", "email"],
        ["username"],
    ]
