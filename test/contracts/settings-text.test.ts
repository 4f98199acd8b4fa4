import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { DriftgateError } from '../../contracts/errors.ts'
import type { SettingsProblem } from '../../contracts/settings-problem.ts'
import { parseSettings } from '../../contracts/settings-text.ts'

const example = readFileSync(new URL('../../examples/driftgate.yaml', import.meta.url), 'utf8')
const detectors = ['ks', 'psi', 'jensen-shannon', 'chi-square']

/** The example with one text replaced by another, which must be there. */
function changed(...replacements: [string, string][]): string {
  return replacements.reduce((text, [from, to]) => {
    assert.ok(text.includes(from), `the example no longer contains: ${from}`)
    return text.replace(from, to)
  }, example)
}

function problemsOf(text: string): readonly SettingsProblem[] {
  try {
    parseSettings(text, 'driftgate.yaml', { detectors })
  } catch (error) {
    assert.ok(error instanceof DriftgateError)
    assert.equal(error.code, 'CONFIG_INVALID')
    assert.equal(error.details['count'], error.problems.length)
    return error.problems
  }
  assert.fail('the text was accepted')
}

/** The only problem, with its marked text instead of line and column. */
function onlyProblem(text: string) {
  const problems = problemsOf(text)
  assert.equal(problems.length, 1, problems.map(({ message }) => message).join('; '))
  const problem = problems[0]!
  assert.equal(text.split('\n')[problem.line - 1]?.length, problem.source.length)
  const start = problem.column - 1
  return { ...problem, marked: problem.source.slice(start, start + problem.length) }
}

describe('parseSettings', () => {
  it('reads the example and fills in the defaults', () => {
    const settings = parseSettings(example, 'examples/driftgate.yaml', { detectors })
    assert.deepEqual(Object.keys(settings.models), ['car-loan', 'flight-delay'])
    assert.equal(settings.models['car-loan']?.window.length, 30 * 86_400_000)
    assert.equal(settings.models['flight-delay']?.retraining.windows, 2)
    assert.equal(settings.models['flight-delay']?.log.paths.features, 'features')
  })

  it('takes a policy of retraining for each kind of incident, never one for broken data', () => {
    const policyIs = (text: string) => changed(['policy: automatic', `policy: ${text}`])
    const read = parseSettings(policyIs('{ PERFORMANCE: automatic }'), 'driftgate.yaml')
    assert.deepEqual(read.models['car-loan']?.retraining.policy, {
      ...{ DRIFT: 'suggest', PERFORMANCE: 'automatic', DATA_QUALITY: 'never' },
    })
    const misspelt = onlyProblem(policyIs('automatc'))
    assert.equal(misspelt.message, 'expected one of "automatic", "suggest", "never"')
    assert.equal(misspelt.help, 'did you mean "automatic"?')
    assert.equal(onlyProblem(policyIs('{ DRFIT: never }')).message, 'unknown key "DRFIT"')
    const broken = onlyProblem(policyIs('{ DATA_QUALITY: automatic }'))
    assert.equal(broken.message, 'expected "never"')
    assert.equal(broken.marked, 'automatic')
  })

  it('finds a chat channel that is not there, at its place', () => {
    const approval = '    approval:\n      role: approver\n'
    const text = changed([approval, `${approval}      channel: ml-taem\n`])
    const problem = onlyProblem(
      `${text}\nchat:\n  ml-team:\n    kind: webhook\n    url: http://x\n    secret: { env: S }\n`,
    )
    assert.equal(problem.marked, 'ml-taem')
    assert.equal(problem.message, 'there is no chat channel "ml-taem"')
    assert.equal(problem.help, 'did you mean "ml-team"?')
    assert.equal(onlyProblem(text).help, 'describe it under chat')
  })

  it('names the nearest word for an unknown key', () => {
    const problem = onlyProblem(changed(['      minimumRows: 500', '      minimunRows: 500']))
    assert.equal(problem.message, 'unknown key "minimunRows"')
    assert.equal(problem.help, 'did you mean "minimumRows"?')
    assert.equal(problem.marked, 'minimunRows')
    assert.equal(problem.path, 'models.car-loan.detection.minimunRows')
  })

  it('names the nearest word for a wrong choice', () => {
    const problem = onlyProblem(changed(['policy: automatic # or', 'policy: automatc # or']))
    assert.equal(problem.message, 'expected one of "automatic", "suggest", "never"')
    assert.equal(problem.help, 'did you mean "automatic"?')
    assert.equal(problem.marked, 'automatc')
  })

  it('names the nearest detector', () => {
    const problem = onlyProblem(
      changed(['car_value: { type: numeric }', 'car_value: { type: numeric, detector: psii }']),
    )
    assert.equal(problem.message, 'there is no detector "psii"')
    assert.equal(problem.help, 'did you mean "psi"?')
    assert.equal(problem.marked, 'psii')
  })

  it('says what is missing at the section that lacks it', () => {
    const problem = onlyProblem(changed(["  brokers: ['127.0.0.1:9092']", '  {}']))
    assert.equal(problem.message, '"brokers" is missing: expected a list')
    assert.equal(problem.marked, 'kafka')
  })

  it('finds a key that is written twice', () => {
    const problem = onlyProblem(changed(['environment: local', 'environment: local\nobjects: {}']))
    assert.equal(problem.message, 'this key is written twice')
    assert.equal(problem.marked, 'objects')
  })

  it('reports a text that is not YAML at its place', () => {
    const problems = problemsOf('kafka:\n  brokers: [\n')
    assert.match(problems[0]!.message, /^not YAML: /)
  })

  it('finds everything at once, in the order of the file', () => {
    const problems = problemsOf(
      changed(
        ['kind: mlflow\n', 'kind: mlfow\n'],
        ['length: 30d', 'length: 29h'],
        ['outOf: 2', 'outOf: 1'],
        ['policy: automatic # or', 'policy: atomatic # or'],
        ['topic: flight-delay.labels', 'topic: flight-delay.predictions'],
        ['    serving:\n      url: http://127.0.0.1:7080\n\n', '\n'],
      ),
    )
    assert.deepEqual(
      problems.map(({ message }) => message),
      [
        'expected one of "mlflow", "postgres"',
        '"serving" is missing: expected a section of keys and values',
        'a window of 1d5h is not a whole number of buckets of 1d',
        'expected one of "automatic", "suggest", "never"',
        'labels and predictions need topics of their own',
      ],
    )
    const lines = problems.map(({ line }) => line)
    assert.deepEqual(
      lines,
      lines.toSorted((left, right) => left - right),
    )
  })

  it('knows how settings fit together', () => {
    const withoutLabels = '    labels:\n      topic: car-loan.labels\n'
    assert.deepEqual(
      problemsOf(changed([withoutLabels, ''])).map(({ path }) => path),
      ['models.car-loan.retraining.policy', 'models.car-loan.retraining.minimumLabels'],
    )
    const table = '      source: { url: { env: RISK }, table: risk.outcomes }\n'
    const both = onlyProblem(changed([withoutLabels, withoutLabels + table]))
    assert.equal(both.message, 'labels come from a topic or from a table, not from both')
    const pairs = onlyProblem(
      changed([
        '      topic: car-loan.predictions\n',
        '      topic: car-loan.predictions\n      kind: pair\n      dedupe: exact\n',
      ]),
    )
    assert.match(pairs.message, /joined count once already/)
    const hysteresis = onlyProblem(changed(['outOf: 2', 'outOf: 1']))
    assert.equal(hysteresis.message, '2 windows cannot have drifted among the last 1')
    const cycle = onlyProblem(
      changed(['origin: { type: categorical }', 'origin: { type: categorical, cycle: 7 }']),
    )
    assert.equal(cycle.marked, '7')
  })

  it('says what a comparison cannot do', () => {
    const cost = onlyProblem(changed(['metric: brier', 'metric: expected_cost']))
    assert.equal(cost.message, 'an expected cost needs costs')
    const noCost = onlyProblem(
      changed(['metric: brier', 'metric: brier\n      costs: { fp: 1, fn: 20 }']),
    )
    assert.equal(noCost.message, 'nothing costs anything by the metric brier')
    const guard = onlyProblem(
      changed(['metric: brier', 'metric: brier\n      fairness: { guard: true }']),
    )
    assert.match(guard.message, /no feature is protected/)
    const number = onlyProblem(
      changed(['car_value: { type: numeric }', 'car_value: { type: numeric, protected: true }']),
    )
    assert.equal(number.message, 'only a categorical or boolean feature has groups to protect')
    const negative = onlyProblem(changed(['minimumGain: 0.002', 'minimumGain: -0.002']))
    assert.equal(negative.marked, '-0.002')
  })

  it('never shows a password or a secret', () => {
    const address = onlyProblem(
      changed(['url: postgres://postgres@', 'ulr: postgres://me:hunter2@']).replace(
        '  password: { env: DRIFTGATE_POSTGRES_PASSWORD }',
        '  url: postgres://h/x',
      ),
    )
    assert.ok(!JSON.stringify(address).includes('hunter2'))
    const secret = onlyProblem(changed(['{ env: DRIFTGATE_POSTGRES_PASSWORD }', 'hunter2']))
    assert.equal(secret.message, 'expected { env: ... } or { file: ... }')
    assert.ok(!JSON.stringify(secret).includes('hunter2'))
  })

  it('accepts an empty text with the sections that are missing', () => {
    const [first] = problemsOf('')
    assert.equal(first?.message, 'expected a section of keys and values, found nothing')
    assert.equal(`${first?.line}:${first?.column}`, '1:1')
  })
})
