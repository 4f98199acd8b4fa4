import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { measureAll } from '../../bench/pictures/measure.ts'
import { pictureOf } from '../../bench/pictures/svg.ts'
import { caption } from '../../bench/pictures/words.ts'
import { type Detector, detectors } from '../../detectors/index.ts'

const folder = new URL('../../docs/detectors/', import.meta.url)

for (const { name, role, definition } of Object.values(detectors as Record<string, Detector>)) {
  if (role !== 'test') continue
  test(`the page of ${name} shows the picture of its definition (node scripts/detector-pictures.ts ${name})`, () => {
    const page = readFileSync(new URL(`${name}.md`, folder), 'utf8')
    assert.ok(page.includes(`](pictures/${name}.svg)`), 'the page shows no picture')
    assert.ok(/the rate of alarms is [\d.]+ % at 10 %/.test(page), 'the page has no numbers')
    const picture = new URL(`pictures/${name}.svg`, folder)
    assert.ok(existsSync(picture), 'there is no picture')
    const [, drawn] = /data-definition="(\d+)"/.exec(readFileSync(picture, 'utf8')) ?? []
    assert.equal(Number(drawn), definition, 'its definition has changed since')
  })
}

describe('a picture', () => {
  const measure = () => measureAll([detectors['mann-whitney'], detectors['chi-square']], 3, 0.01)
  const measured = measure()

  test('is the same each time it is drawn', () => {
    assert.deepEqual(measured.map(pictureOf), measure().map(pictureOf))
  })

  test('says what it shows, and follows light and dark', () => {
    const [first] = measured
    const picture = pictureOf(first!)
    assert.match(picture, /<title>[^<]+ false alarms at 5 %; [^<]+<\/title>/)
    assert.match(picture, /prefers-color-scheme: dark/)
    assert.doesNotMatch(picture, /NaN|undefined|Infinity/)
    assert.match(caption(first!), /400 windows/)
  })

  test('finds more the more a feature changes', () => {
    for (const { power } of measured) {
      const [moved] = power
      assert.ok(moved!.found[0]! <= 0.2 && moved!.found.at(-1)! >= 0.8, String(moved!.found))
    }
  })
})
