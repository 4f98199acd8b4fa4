import unittest

from training.ecmascript import canonical_json, number_text, well_formed


class NumbersAreSpelledAsEcmascriptDoes(unittest.TestCase):
    def test_known_spellings(self):
        for value, text in [
            (0.0, "0"),
            (-0.0, "0"),
            (1.0, "1"),
            (-1.5, "-1.5"),
            (0.1, "0.1"),
            (1e-6, "0.000001"),
            (1e-7, "1e-7"),
            (1.25e-7, "1.25e-7"),
            (1e20, "100000000000000000000"),
            (1e21, "1e+21"),
            (1.5e300, "1.5e+300"),
            (123456789012345680000, "123456789012345680000"),
            (5e-324, "5e-324"),
        ]:
            with self.subTest(text):
                self.assertEqual(number_text(value), text)

    def test_what_json_has_no_word_for_is_refused(self):
        for value in (float("nan"), float("inf")):
            with self.assertRaises(ValueError):
                number_text(value)


class TextIsCanonical(unittest.TestCase):
    def test_members_are_in_the_order_of_code_units(self):
        # The code point of the emoji is larger, its first code unit is smaller.
        self.assertEqual(canonical_json({"\uffff": 1, "😀": 2, "a": None}), '{"a":null,"😀":2,"\uffff":1}')

    def test_lists_and_truth_values(self):
        self.assertEqual(canonical_json([True, False, [1, 2.5], "\n\u0001é"]), '[true,false,[1,2.5],"\\n\\u0001é"]')

    def test_a_lone_surrogate_is_replaced(self):
        self.assertEqual(well_formed("a\ud800b😀"), "a\ufffdb😀")


if __name__ == "__main__":
    unittest.main()
