import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ClassShift, type DriftKind, driftKind } from '../../contracts/kind.ts'
import type { PerformanceFinding, PerformanceRule } from '../../contracts/performance-finding.ts'
import { type VerdictName, verdictName } from '../../contracts/report.ts'
import { type KnownOfWindow, kindOf } from '../../policies/kinds.ts'

type State = PerformanceFinding['state']

const finding = (rule: PerformanceRule, state: State, rest: Partial<PerformanceFinding> = {}) => ({
  ...{ rule, version: '1', segment: '', state, p: 1e-6, level: 1e-4, effect: 0.2 },
  ...{ effectInterval: [0.1, 0.3] as [number, number], metric: 'brier', minimumEffect: 0.05 },
  ...{ n: 1_000, since: null, sentence: `${rule} is ${state}` },
  ...rest,
})

const stable: ClassShift = {
  ...{
    classes: ['0', '1'],
    rows: { before: 4_000, now: 4_000 },
    p: 0.4,
    pWithin: 0.5,
    pAnswers: 0.3,
  },
  ...{ before: [0.9, 0.1], now: [0.9, 0.1], predicted: [0.9, 0.1] },
}
const shifted: ClassShift = {
  ...{ ...stable, p: 1e-9, pAnswers: 1e-9 },
  ...{ now: [0.75, 0.25], predicted: [0.76, 0.24] },
}

const axes = {
  data: [...verdictName.options, 'none', 'DRIFT that returns'] as const,
  // Of labels: there are none; they cannot be held against anything; what the loss says of them.
  loss: ['no labels', 'unavailable', 'ok', 'watch', 'alarm'] as const,
  concept: ['unavailable', 'ok', 'alarm'] as const,
  estimate: ['none', 'ok', 'alarm'] as const,
  classes: ['unknown', 'stable', 'shifted', 'changed within', 'not in the answers'] as const,
}
type Case = { readonly [Axis in keyof typeof axes]: (typeof axes)[Axis][number] }

function knownOf({ data, loss, concept, estimate, classes }: Case): KnownOfWindow {
  const hasLabels = loss !== 'no labels'
  return {
    data:
      data === 'none'
        ? null
        : {
            verdict: (data === 'DRIFT that returns' ? 'DRIFT' : data) as VerdictName,
            headline: `the data say ${data}`,
            references: [
              { name: 'training', repeats: false, drifted: 3 },
              ...(data === 'DRIFT that returns'
                ? [{ name: 'weekly', repeats: true, drifted: 0 }]
                : []),
            ],
          },
    performance: [
      ...(hasLabels
        ? [
            {
              by: 'labels' as const,
              findings: [finding('loss', loss), finding('label_given_score', concept)],
            },
          ]
        : []),
      ...(estimate === 'none'
        ? []
        : [{ by: 'estimate' as const, findings: [finding('estimate', estimate)] }]),
    ],
    classes: {
      ...{ unknown: null, stable, shifted },
      'changed within': { ...shifted, pWithin: 1e-6 },
      'not in the answers': { ...shifted, pAnswers: 0.4 },
    }[hasLabels ? classes : 'unknown'],
  }
}

const cases: Case[] = axes.data.flatMap((data) =>
  axes.loss.flatMap((loss) =>
    axes.concept.flatMap((concept) =>
      axes.estimate.flatMap((estimate) =>
        axes.classes.map((classes) => ({ data, loss, concept, estimate, classes })),
      ),
    ),
  ),
)

type Row = [Partial<{ [Axis in keyof Case]: Case[Axis] | readonly Case[Axis][] }>, DriftKind | null]

const drift = ['DRIFT', 'DRIFT that returns'] as const
const unknown = [
  'none',
  'INSUFFICIENT_DATA',
  'INCOMPLETE_WINDOW',
  'INSUFFICIENT_LABELS',
  'STALE',
] as const
const asked = ['ok', 'watch', 'alarm'] as const
const quiet = ['ok', 'watch'] as const
const without = ['no labels', 'unavailable'] as const

/** The truth table: the first row that fits says the kind. */
const table: Row[] = [
  [{ data: 'DATA_QUALITY' }, 'upstream_fault'],
  // Classes in other shares, each answered as before, explain whatever labels show.
  [{ loss: 'alarm', classes: 'shifted' }, 'label_shift'],
  [{ loss: quiet, concept: 'alarm', classes: 'shifted' }, 'label_shift'],
  [{ loss: quiet, data: drift, classes: 'shifted' }, 'label_shift'],
  // Answers that mean something else.
  [{ loss: ['unavailable', ...asked], concept: 'alarm' }, 'concept_drift'],
  // A loss, by what the inputs did.
  [{ loss: 'alarm', data: 'NO_DRIFT' }, 'concept_drift'],
  [{ loss: 'alarm', data: drift }, 'data_drift_with_loss'],
  [{ loss: 'alarm', data: unknown }, 'too_early'],
  // No loss that is known of.
  [{ data: 'DRIFT that returns' }, 'seasonal_return'],
  [{ data: 'DRIFT', loss: quiet }, 'data_drift_without_loss'],
  [{ data: 'DRIFT', loss: without }, 'too_early'],
  [{ estimate: 'alarm', loss: without }, 'too_early'],
  [{}, null],
]

const fits = (one: Case, row: Row[0]): boolean =>
  Object.entries(row).every(([axis, wanted]) =>
    ([wanted].flat() as string[]).includes(one[axis as keyof Case]),
  )

test('every combination of what can be known is the kind that the truth table says', () => {
  assert.equal(cases.length, 9 * 5 * 3 * 3 * 5)
  const used = new Set<Row>()
  for (const one of cases) {
    const row = table.find(([wanted]) => fits(one, wanted)) as Row
    used.add(row)
    assert.equal(kindOf(knownOf(one))?.kind ?? null, row[1], JSON.stringify(one))
  }
  assert.equal(used.size, table.length, 'a row of the table says nothing')
  assert.deepEqual(
    new Set([...used].flatMap(([, kind]) => (kind === null ? [] : [kind]))),
    new Set(driftKind.options),
  )
})

test('without labels nothing is called concept drift, label shift, with loss or without', () => {
  for (const one of cases) {
    if (one.loss !== 'no labels') continue
    const { kind, sentence } = kindOf(knownOf(one)) ?? {}
    const mayBe = [undefined, 'upstream_fault', 'seasonal_return', 'too_early']
    assert.ok(mayBe.includes(kind), JSON.stringify(one))
    assert.doesNotMatch(sentence ?? '', /loss did not rise|without loss|with loss/)
  }
})

test('labels that cannot be held against anything never say that there is no loss', () => {
  for (const one of cases) {
    if (one.loss !== 'unavailable') continue
    assert.notEqual(kindOf(knownOf(one))?.kind, 'data_drift_without_loss', JSON.stringify(one))
  }
})

test('whatever is said has its reasons, and how to act on it', () => {
  for (const one of cases) {
    const found = kindOf(knownOf(one))
    if (found === null) continue
    assert.ok(found.reasons.length > 0, JSON.stringify(one))
    for (const reason of found.reasons) assert.ok(found.sentence.includes(reason))
    const fixes = found.suggests === 'fix_feed'
    assert.equal(fixes, found.kind === 'upstream_fault', 'nothing is trained on a broken feed')
  }
})

const quietCase: Case = {
  ...{ data: 'DRIFT', loss: 'ok', concept: 'ok', estimate: 'none', classes: 'stable' },
}

test('no loss is sure where one that matters is ruled out, and likely where it was only not seen', () => {
  const known = knownOf(quietCase)
  const withInterval = (effectInterval: [number, number]) =>
    kindOf({
      ...known,
      performance: [{ by: 'labels', findings: [finding('loss', 'ok', { effectInterval })] }],
    })?.certainty
  assert.equal(withInterval([-0.02, 0.03]), 'high')
  assert.equal(withInterval([-0.02, 0.09]), 'moderate')
})

test('where only the calibration moved the scores are calibrated anew, else one retrains', () => {
  const suggested = (findings: PerformanceFinding[]) =>
    kindOf({ ...knownOf(quietCase), performance: [{ by: 'labels', findings }] })?.suggests
  const calibration = finding('calibration', 'alarm')
  assert.equal(suggested([finding('loss', 'ok'), calibration]), 'recalibrate')
  assert.equal(suggested([finding('loss', 'alarm'), calibration]), 'retrain')
  assert.equal(suggested([calibration, finding('gap', 'alarm')]), 'retrain')
})

test('a drift returns only where every reference that repeats holds it', () => {
  const known = knownOf({ ...quietCase, data: 'DRIFT that returns' })
  const data = known.data as NonNullable<KnownOfWindow['data']>
  const yearly = { name: 'last-year', repeats: true, drifted: 1 }
  const both = { ...known, data: { ...data, references: [...data.references, yearly] } }
  assert.equal(kindOf(known)?.kind, 'seasonal_return')
  assert.match(
    kindOf(known)?.sentence ?? '',
    /3 features drifted against training; none against weekly/,
  )
  assert.equal(kindOf(both)?.kind, 'data_drift_without_loss')
})

test('classes that moved by next to nothing explain nothing, however surely they moved', () => {
  const known = {
    ...knownOf({ ...quietCase, loss: 'alarm' }),
    classes: { ...shifted, now: [0.89, 0.11] },
  }
  assert.equal(kindOf(known)?.kind, 'data_drift_with_loss')
})

test('the sentence names numbers, segment and slices', () => {
  const known: KnownOfWindow = {
    ...knownOf({ ...quietCase, data: 'NO_DRIFT' }),
    performance: [
      { by: 'labels', findings: [finding('loss', 'alarm', { segment: 'country=DE' })] },
    ],
    slices: ['error 4 % -> 19 % for age < 25, 6 % of rows'],
  }
  assert.equal(
    kindOf(known)?.sentence,
    'concept drift: loss is alarm in country=DE; no feature drifted; error 4 % -> 19 % for age < 25, 6 % of rows; so the same inputs have other outcomes; retrain on rows since then',
  )
})
