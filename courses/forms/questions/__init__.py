"""The form of one question, by its kind: fields in, the content's JSON out, and back.

Kinds differ only in what `shapes` says of them; `editing` is the form around it. Whether the data
is sound is judged by `courses.questions`, so that form and import refuse the same things.
"""

from courses.forms.questions.editing import PART_KINDS, KindForm, QuestionForm

__all__ = ["PART_KINDS", "KindForm", "QuestionForm"]
