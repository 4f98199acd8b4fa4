import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type PeriodSettings, parsePeriod, periodSettings } from '../../contracts/calendar.ts'
import { localTimeIn } from '../../formats/local-time.ts'
import { stretchAt } from '../../policies/calendar.ts'
import { mulberry32 } from '../support/mulberry32.ts'

function stretch(periods: PeriodSettings[], at: string): string | null {
  const found = stretchAt(periods, Date.parse(at), localTimeIn)
  return found && `${iso(found.fromMs)} to ${iso(found.untilMs)}`
}
const iso = (timeMs: number): string => new Date(timeMs).toISOString().replace(':00.000Z', 'Z')

const berlin = { zone: 'Europe/Berlin' }
const nights = [{ from: '22:00', until: '07:00', ...berlin }]
const weekend = [{ from: 'fri 16:00', until: 'mon 08:00', ...berlin }]

test('a night holds from the evening to the morning, in the zone that is said', () => {
  assert.equal(stretch(nights, '2026-07-01T21:59:00+02:00'), null)
  const night = '2026-07-01T20:00Z to 2026-07-02T05:00Z'
  assert.equal(stretch(nights, '2026-07-01T22:00:00+02:00'), night)
  assert.equal(stretch(nights, '2026-07-02T06:59:00+02:00'), night)
  assert.equal(stretch(nights, '2026-07-02T07:00:00+02:00'), null)
})

test('a weekend holds from a weekday to another', () => {
  const span = '2026-07-03T14:00Z to 2026-07-06T06:00Z'
  assert.equal(stretch(weekend, '2026-07-05T12:00:00Z'), span)
  assert.equal(stretch(weekend, '2026-07-06T05:59:00Z'), span)
  assert.equal(stretch(weekend, '2026-07-07T12:00:00Z'), null)
})

test('a night in which clocks change is an hour shorter or longer, and ends when the clock says', () => {
  assert.equal(
    stretch(nights, '2026-03-29T03:30:00+02:00'),
    '2026-03-28T21:00Z to 2026-03-29T05:00Z',
  )
  assert.equal(
    stretch(nights, '2026-10-25T02:30:00+01:00'),
    '2026-10-24T20:00Z to 2026-10-25T06:00Z',
  )
})

test('a time that clocks show twice begins with the first and ends with the second', () => {
  const odd = [{ from: '02:30', until: '02:45', ...berlin }]
  assert.equal(stretch(odd, '2026-10-25T00:40:00Z'), '2026-10-25T00:30Z to 2026-10-25T01:45Z')
  assert.equal(stretch(odd, '2026-10-25T01:40:00Z'), '2026-10-25T00:30Z to 2026-10-25T01:45Z')
})

test('a time that clocks leave out ends after the jump', () => {
  const early = [{ from: '01:00', until: '02:30', ...berlin }]
  assert.equal(stretch(early, '2026-03-29T00:30:00Z'), '2026-03-29T00:00Z to 2026-03-29T01:30Z')
})

test('periods that touch or overlap are one, and their reasons are all said', () => {
  const days = [
    { from: 'sat 00:00', until: 'sun 00:00', reason: 'Saturday' },
    { from: 'sun 00:00', until: 'mon 00:00', reason: 'Sunday' },
    { from: '2026-07-05T20:00:00Z', until: '2026-07-06T09:00:00Z', reason: 'audit' },
  ]
  const found = stretchAt(days, Date.parse('2026-07-04T10:00:00Z'), localTimeIn)
  assert.equal(found && iso(found.fromMs), '2026-07-04T00:00Z')
  assert.equal(found && iso(found.untilMs), '2026-07-06T09:00Z')
  assert.deepEqual(found?.reasons, ['Saturday', 'Sunday', 'audit'])
})

test('periods without any gap end in more than a year instead of never', () => {
  const always = stretchAt([{ from: '00:00', until: '24:00' }], 0, localTimeIn)
  assert.ok((always?.untilMs ?? 0) > 365 * 86_400_000)
})

test('what lies in a stretch by the clock on the wall lies in it, whatever the zone and the day', () => {
  const random = mulberry32(2_026)
  for (const zone of ['Europe/Berlin', 'America/St_Johns', 'Australia/Lord_Howe', 'UTC']) {
    const local = localTimeIn(zone)
    for (let round = 0; round < 500; round++) {
      const at = Date.parse('2026-01-01T00:00:00Z') + Math.floor(random() * 365 * 1_440) * 60_000
      const minutes = (((local(at) / 60_000) % 1_440) + 1_440) % 1_440
      const inside = minutes >= 1_320 || minutes < 420
      const found = stretchAt([{ from: '22:00', until: '07:00', zone }], at, localTimeIn)
      assert.equal(found !== null, inside, `${zone} ${iso(at)}`)
      if (found) assert.equal(local(found.untilMs) % 86_400_000, 420 * 60_000)
    }
  }
})

test('two ends of different kinds, out of order or no times at all are refused', () => {
  for (const [from, until] of [
    ['22:00', 'fri 16:00'],
    ['2026-07-02T00:00:00Z', '2026-07-01T00:00:00Z'],
    ['25:00', '07:00'],
    ['24:30', '07:00'],
    ['friday', 'monday'],
  ] as const) {
    assert.equal(parsePeriod({ from, until }), null)
    assert.equal(periodSettings.safeParse({ from, until }).success, false)
  }
})
