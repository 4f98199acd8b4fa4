"""`model.onnx`, or why there is none: a form that differs from the trainer's scores is never shipped."""

from training.failure import sentence_of


def onnx_file(model, features, rows, score):
    """
    (bytes, None) or (None, the reason in a sentence) of a `model.json`; `score` is the trainer's, asked for `rows` and for
    some that are stranger than any.
    """
    try:
        # Only here: a cluster whose Python lacks the libraries trains all the same.
        from training.onnx_check import TOLERANCE, largest_difference, onnx_scores, strange_rows
        from training.onnx_form import onnx_form

        asked = rows + strange_rows(features)
        data = onnx_form(model)
        apart = largest_difference(onnx_scores(data, model, features, asked), score(asked))
    except Exception as error:
        # Whatever it is, the model in its own form is none the worse.
        return None, sentence_of(error)
    # Written so that NaN is refused as well.
    return (data, None) if apart <= TOLERANCE else (None, f"its scores differ by {apart} from the trainer's")
