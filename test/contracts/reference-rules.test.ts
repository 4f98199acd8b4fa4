import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { DriftgateError } from '../../contracts/errors.ts'
import type { SettingsProblem } from '../../contracts/settings-problem.ts'
import { parseSettings } from '../../contracts/settings-text.ts'

const example = readFileSync(new URL('../../examples/driftgate.yaml', import.meta.url), 'utf8')

/** The example configuration whose first model has these references. */
const withReferences = (references: string) =>
  example.replace(
    /\n( +)window:/,
    (whole, indent) => `\n${indent}references: ${references}${whole}`,
  )

function problems(references: string): readonly string[] {
  try {
    parseSettings(withReferences(references), 'driftgate.yaml')
    return []
  } catch (error) {
    const found = (error as DriftgateError & { problems: readonly SettingsProblem[] }).problems
    return found.map(({ path, message }) => `${path.split('.').slice(2).join('.')}: ${message}`)
  }
}

test('a model has the training data as its reference unless it names others', () => {
  const [model] = Object.values(parseSettings(example, 'driftgate.yaml').models)
  assert.deepEqual(model?.references, { training: { kind: 'training' } })
  const several =
    '{ training: { kind: training }, month: { kind: rolling, last: 60d }, usual: { kind: same-hour-of-week, zone: Europe/Berlin, holidays: [2026-12-25] } }'
  assert.deepEqual(problems(several), [])
})

test('a reference that reaches further back than counts are kept is refused, by its configured retention', () => {
  assert.deepEqual(problems('{ long: { kind: rolling, last: 420d } }'), [
    'references.long: it reaches 60w back, and storage.retention.parts keeps counts for 57w1d',
  ])
  assert.deepEqual(problems('{ long: { kind: rolling, last: 390d } }'), [])
  // A week more than it compares: the look may lie anywhere in its own.
  assert.match(
    problems('{ long: { kind: same-hour-of-week, weeks: 57 } }')[0] ?? '',
    /^references.long: it reaches 58w back/,
  )
  const kept = `${withReferences('{ long: { kind: rolling, last: 420d } }')}
storage: { retention: { parts: 420d } }
`
  assert.equal(parseSettings(kept, 'driftgate.yaml').storage.retention.parts, 420 * 86_400_000)
})

test('what does not fit together is told at its place', () => {
  assert.deepEqual(problems('{ month: { kind: rolling } }'), [
    'references.month: a rolling reference needs "last", such as 28d',
  ])
  assert.deepEqual(problems('{ usual: { kind: same-hour-of-week, last: 28d } }'), [
    'references.usual.last: "last" is for a reference of the kind rolling, this one is same-hour-of-week',
  ])
  assert.deepEqual(problems('{ a: { kind: training }, b: { kind: training } }'), [
    'references.b.kind: a model version has one training reference',
  ])
  assert.match(
    problems('{ month: { kind: rolling, last: 1ms } }')[0] ?? '',
    /not a whole number of windows/,
  )
  assert.deepEqual(problems('{}'), ['references: a model needs at least one reference'])
  assert.match(
    problems('{ u: { kind: same-hour-of-week, holidays: [25.12.] } }')[0] ?? '',
    /^references.u.holidays/,
  )
})
