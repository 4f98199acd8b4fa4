import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { parse, stringify } from 'yaml'
import { comparisonCode } from '../../contracts/comparison.ts'
import { comparisonSettings } from '../../contracts/comparison-settings.ts'
import { featureColumns } from '../../contracts/derived-feature.ts'
import { unusedSchema } from '../../contracts/reference-report.ts'
import { referenceKind } from '../../contracts/reference-settings.ts'
import { parseSettings } from '../../contracts/settings-text.ts'

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

/** The models of the page instead of those of the example configuration. */
function settingsOfPage(page: string) {
  const models = /```yaml\n(models:\n[\s\S]*?)```/.exec(page)?.[1]
  assert.ok(models !== undefined, 'the page has a block of models')
  const example = read('examples/driftgate.yaml')
  const whole = example.slice(0, example.indexOf('\nmodels:') + 1) + models
  return parseSettings(whole, 'features.md', { detectors: [] })
}

test('the configuration of the page on pairs is a valid one', () => {
  const model = settingsOfPage(read('docs/how-to/pairs.md')).models['car-loan']
  assert.equal(model?.log.kind, 'pair')
  assert.equal(model?.window.lateness, model?.log.join.delay)
})

test('the configuration of the page on repetitions is a valid one', () => {
  const model = settingsOfPage(read('docs/how-to/repetitions.md')).models['car-loan']
  assert.deepEqual([model?.log.dedupe, model?.log.dedupeWithin], ['exact', 86_400_000])
})

test('the configuration of the page on features is a valid one, and what it derives is told there', () => {
  const page = read('docs/how-to/features.md')
  const model = settingsOfPage(page).models['support-triage']
  assert.ok(model !== undefined)
  assert.equal(new Set(Object.values(model.features).map(({ type }) => type)).size, 6)
  assert.equal(model.segments.length, 2)
  const derived = featureColumns(model.features).filter(({ from }) => from !== undefined)
  for (const { name } of derived) {
    const told = `NAME${name.slice(name.indexOf('.')).replace(/-\d+$/, '-0')}`
    assert.ok(page.includes(`\`${told}\``), `${told} is not in the table`)
  }
})

test('the references of the page on references are valid, and their codes are told there', () => {
  const page = read('docs/how-to/references.md')
  const model = settingsOfPage(page).models['support-triage']
  const kinds = Object.values(model?.references ?? {}).map(({ kind }) => kind)
  assert.deepEqual(kinds, referenceKind.options)
  for (const word of [...kinds, ...unusedSchema.shape.code.options]) {
    assert.ok(page.includes(`| \`${word}\` |`), `${word} is not in a table`)
  }
})

test('the configuration of the page on champion and candidate is a valid one, and its codes are told there', () => {
  const page = read('docs/how-to/compare-champion-and-candidate.md')
  const [, block] = /```yaml\n([\s\S]*?)```/.exec(page) ?? []
  const model = parse(block ?? '').models['car-loan']
  const example = parse(read('examples/driftgate.yaml'))
  const whole = { ...example.models['car-loan'], ...model }
  const settings = parseSettings(
    stringify({ ...example, models: { 'car-loan': whole } }),
    'compare-champion-and-candidate.md',
    { detectors: [] },
  ).models['car-loan']
  assert.equal(settings?.features['sex']?.learned, false)
  assert.deepEqual(
    Object.keys(model.comparison).toSorted(),
    [
      ...Object.keys(comparisonSettings.shape).filter(
        (key) => !['costs', 'minimumRows'].includes(key),
      ),
    ].toSorted(),
  )
  const byItself = ['GAIN', 'NO_GAIN', 'LOSS', 'NOISE', 'FAIRNESS_UNKNOWN']
  for (const code of comparisonCode.options) {
    if (byItself.includes(code) || code.endsWith('_LOSS')) continue
    assert.ok(page.includes(`\`${code}\``), `${code} is not told`)
  }
})
