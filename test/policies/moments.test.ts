import assert from 'node:assert/strict'
import { test } from 'node:test'
import { localTimeIn } from '../../formats/local-time.ts'
import { stretchAt } from '../../policies/calendar.ts'
import { lastCallMs, momentsOf, momentsToCome } from '../../policies/moments.ts'
import { mulberry32 } from '../support/mulberry32.ts'

const hour = 3_600_000
const at = (text: string): number => Date.parse(`2026-07-0${text}:00Z`)
const loud = () => null
const nights = [{ from: '20:00', until: '08:00' }]
const quiet = (timeMs: number) => stretchAt(nights, timeMs, localTimeIn)

const shown = (moments: readonly { kind: string; atMs: number }[]) =>
  moments.map(({ kind, atMs }) => `${kind} ${new Date(atMs).toISOString().slice(9, 16)}`)

test('people are reminded at half time and half an hour before the end, others are asked in between', () => {
  const asked = {
    openedAtMs: at('1T08:00'),
    expiresAtMs: at('3T08:00'),
    escalateAfterMs: 36 * hour,
  }
  assert.deepEqual(shown(momentsOf(asked, loud)), [
    'half-time 2T08:00',
    'escalated 2T20:00',
    'last-call 3T07:30',
  ])
})

test('a request that is too short for two reminders has one, and one for minutes has none', () => {
  const forMs = (ms: number) => momentsOf({ openedAtMs: 0, expiresAtMs: ms }, loud)
  assert.deepEqual(
    forMs(1.5 * hour).map(({ kind }) => kind),
    ['last-call'],
  )
  assert.deepEqual(
    forMs(2 * hour).map(({ kind }) => kind),
    ['half-time', 'last-call'],
  )
  assert.deepEqual(forMs(lastCallMs), [])
})

test('what falls in quiet hours comes when they end', () => {
  const asked = {
    openedAtMs: at('1T12:00'),
    expiresAtMs: at('2T12:00'),
    escalateAfterMs: 10 * hour,
  }
  assert.deepEqual(shown(momentsOf(asked, quiet)), [
    'half-time 2T08:00',
    'escalated 2T08:00',
    'last-call 2T11:30',
  ])
})

test('the last call of a request that expires in quiet hours comes before they begin, and the end stays', () => {
  const asked = { openedAtMs: at('1T08:00'), expiresAtMs: at('3T06:00') }
  assert.deepEqual(shown(momentsOf(asked, quiet)), ['half-time 2T08:00', 'last-call 2T19:59'])
})

test('whatever the request and the nights: nothing in quiet hours or outside the request, reminders apart', () => {
  const random = mulberry32(7)
  for (let round = 0; round < 2_000; round++) {
    const openedAtMs = at('1T00:00') + Math.floor(random() * 48 * hour)
    const expiresAtMs = openedAtMs + Math.floor(random() * 72 * hour)
    const escalateAfterMs = random() * 72 * hour
    const moments = momentsOf({ openedAtMs, expiresAtMs, escalateAfterMs }, quiet)
    for (const { atMs } of moments) {
      assert.equal(quiet(atMs), null)
      assert.ok(atMs > openedAtMs && atMs < expiresAtMs)
    }
    const [first, second] = moments.filter(({ kind }) => kind !== 'escalated')
    if (first && second) assert.ok(second.atMs - first.atMs >= lastCallMs)
    assert.equal(new Set(moments.map(({ kind }) => kind)).size, moments.length)
  }
})

test('after an outage the last reminder that was missed comes, not all of them, and nothing twice', () => {
  const moments = momentsOf(
    { openedAtMs: 0, expiresAtMs: 10 * hour, escalateAfterMs: 2 * hour },
    loud,
  )
  const kinds = (done: ('escalated' | 'half-time')[], nowMs: number) =>
    momentsToCome(moments, done, nowMs).map(({ kind }) => kind)
  assert.deepEqual(kinds([], hour), ['escalated', 'half-time', 'last-call'])
  assert.deepEqual(kinds([], 9.9 * hour), ['escalated', 'last-call'])
  assert.deepEqual(kinds(['escalated', 'half-time'], 6 * hour), ['last-call'])
})
