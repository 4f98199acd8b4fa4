import math
import random
import unittest

from training.sample import Sample

ROWS = [(f"row-{index}", [index / 3, f"c{index % 7}"]) for index in range(500)]


def sampled(rows, size=100):
    sample = Sample(size)
    for row_id, values in rows:
        sample.add([row_id], [values])
    return sample


class RowsAreSampled(unittest.TestCase):
    def test_order_and_grouping_never_show(self):
        expected = sampled(ROWS).encode()
        self.assertEqual(expected.count(b"\n"), 99)
        for seed in range(5):
            shuffled = random.Random(seed).sample(ROWS, len(ROWS))
            merged = sampled(shuffled[:130])
            merged.merge(sampled(shuffled[130:]))
            self.assertEqual(merged.encode(), expected)

    def test_of_one_id_only_one_row_stays_whichever_came_first(self):
        twice = [("a", [1.0]), ("a", [2.0])]
        self.assertEqual(sampled(twice).encode(), b'["a",1]')
        self.assertEqual(sampled(reversed(twice)).encode(), b'["a",1]')

    def test_the_bytes_are_those_of_the_typescript_sample(self):
        # Written by encodeSample of profiles/sample.ts.
        rows = [("b", [1.5, None]), ("é\n", [math.nan, "x"]), ("a", [-math.inf, 'q"'])]
        self.assertEqual(sampled(rows).encode().decode(), EXPECTED)


EXPECTED = "\n".join(
    [
        r'["b",1.5,null]',
        r'["a","-Infinity","q\""]',
        r'["é\n","NaN","x"]',
    ]
)


if __name__ == "__main__":
    unittest.main()
