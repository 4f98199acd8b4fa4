import assert from 'node:assert/strict'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { parse } from 'yaml'
import { withHolidays } from '../../cli/holiday-files.ts'

const text = `models:
  loan:
    references:
      usual: { kind: same-hour-of-week, holidays: days.txt } # local dates
  other:
    references:
      usual:
        kind: same-hour-of-week
        holidays: "days.txt"
        weeks: 4
`

test('the dates of a file of holidays come into its place, and every line stays where it is', () => {
  const folder = mkdtempSync(join(tmpdir(), 'holidays-'))
  writeFileSync(
    join(folder, 'days.txt'),
    '# public holidays\n2026-12-25\r\n2026-12-26 # second day\n\n',
  )
  const written = withHolidays(text, folder)
  const { models } = parse(written)
  const dates = ['2026-12-25', '2026-12-26']
  assert.deepEqual(models.loan.references.usual.holidays, dates)
  assert.deepEqual(models.other.references.usual, {
    kind: 'same-hour-of-week',
    holidays: dates,
    weeks: 4,
  })
  assert.equal(written.split('\n').length, text.split('\n').length)
  assert.match(written, /# local dates/)
})

test('a file that cannot be read is named, and a text without one is left alone', () => {
  assert.throws(() => withHolidays(text, '/nowhere'), { code: 'CONFIG_FILE_UNREADABLE' })
  const listed = 'models: { m: { references: { u: { holidays: [2026-01-01] } } } }'
  assert.equal(withHolidays(listed, '/nowhere'), listed)
  assert.equal(withHolidays('holidays: [', '/nowhere'), 'holidays: [')
})
