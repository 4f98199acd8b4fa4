import type { Comparison } from '../../contracts/comparison.ts'

const own: Pick<Comparison, 'schema' | 'metric' | 'minimumGain' | 'margin' | 'accept'> = {
  schema: 'driftgate-comparison/1',
  metric: 'brier',
  ...{ minimumGain: 0.002, margin: 0, accept: 'better' },
}

/** A candidate that is better, in every segment that could be judged. */
export const betterComparison: Comparison = {
  ...own,
  ...{ result: 'BETTER', code: 'GAIN', passes: 'yes' },
  reason:
    'Brier score 0.0670 -> 0.0530 on 3004 held-out rows, gain 0.0140 (0.0112 to 0.0168): above 0.0020',
  gain: {
    ...{ method: 't', rows: 3004, before: 0.067, after: 0.053 },
    ...{ gain: 0.014, low: 0.0112, high: 0.0168, p: 3e-22, smallestGain: 0.006 },
  },
  guards: [
    {
      ...{ guard: 'segments', state: 'passed', limit: 0.01, judged: 2, tooSmall: 1 },
      worst: [
        {
          ...{ name: 'plan=a', rows: 1800, before: 0.068, after: 0.066 },
          ...{ loss: -0.002, certain: -0.006, refused: false },
        },
        {
          ...{ name: 'plan=b', rows: 1150, before: 0.065, after: 0.033 },
          ...{ loss: -0.032, certain: -0.038, refused: false },
        },
      ],
      sentence:
        'none of 2 segments is certainly worse by more than 0.0100 in Brier score; 1 had too few rows to be judged',
    },
    {
      ...{ guard: 'calibration', state: 'passed', limit: 0.02, judged: 1, tooSmall: 0 },
      worst: [
        {
          ...{ name: 'all rows', rows: 3004, before: 0.031, after: 0.012 },
          ...{ loss: -0.019, certain: -0.034, refused: false },
        },
      ],
      sentence: 'calibration error 0.0310 -> 0.0120: not certainly more than 0.0200 worse',
    },
    {
      ...{ guard: 'fairness', state: 'off', limit: 0.02, judged: 0, tooSmall: 0, worst: [] },
      sentence: 'the model has no protected feature',
    },
  ],
}

/** A candidate of which 180 rows cannot tell whether it is better. */
export const undecidedComparison: Comparison = {
  ...own,
  ...{ result: 'UNDECIDED', code: 'NOISE', passes: 'person' },
  reason:
    'Brier score 0.0670 -> 0.0610 on 180 held-out rows, gain 0.0060 (-0.0031 to 0.0152): these rows cannot tell; a gain of 0.0150 would have shown in four of five cases',
  gain: {
    ...{ method: 'bootstrap', rows: 180, before: 0.067, after: 0.061 },
    ...{ gain: 0.006, low: -0.0031, high: 0.0152, p: 0.19, smallestGain: 0.015 },
  },
  guards: betterComparison.guards.filter(({ guard }) => guard !== 'segments'),
}
