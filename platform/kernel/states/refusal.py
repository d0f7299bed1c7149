"""What a deed raises when it will not be done."""


class Refusal(Exception):
    """A deed refused: a stable snake_case `code`, a sentence for a person, and the field to mend if there is one.

    `facts` are small extra words for the answer (a rule's code, the legal next states). No personal data goes in.
    """

    def __init__(self, code: str, sentence: str, field: str = "", **facts: object) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence
        self.field = field
        self.facts = facts


class IllegalMove(Refusal):
    """Refusal `illegal_transition` of a table of moves: its sentence names states by their codes, for programmers."""

    def __init__(self, sentence: str, **facts: object) -> None:
        super().__init__("illegal_transition", sentence, "", **facts)
