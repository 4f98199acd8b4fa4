import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Previewed, Proposal } from '../../contracts/proposal.ts'
import type { VerdictName } from '../../contracts/report.ts'
import { proposalPicture, proposalSentence } from '../../reports/proposal-picture.ts'

const windowOf = (day: number) => ({
  start: `2001-01-0${day}T00:00:00.000Z`,
  end: `2001-01-0${day + 1}T00:00:00.000Z`,
})
const look = (day: number, before: VerdictName, after: VerdictName | null): Previewed => ({
  ...{ window: windowOf(day), before },
  after:
    after === null
      ? null
      : { verdict: after, headline: 'plan moved', drifted: after === 'DRIFT' ? ['plan'] : [] },
})

const proposal: Proposal = {
  ...{ model: 'm', version: '1', reason: 'a new price list', range: { ...windowOf(1) } },
  merged: [
    ['2001-01-01T00:00:00.000Z', '2001-01-02T00:00:00.000Z'],
    ['2001-01-03T00:00:00.000Z', '2001-01-04T00:00:00.000Z'],
  ],
  leftOut: [{ window: windowOf(2), verdict: 'INCOMPLETE_WINDOW', reason: 'an outage' }],
  accepted: [],
  ...{ windows: 2, rows: 1_200, profile: 'a'.repeat(64), segments: {}, sample: null, binning: '' },
  present: { profile: 'b'.repeat(64), version: '1', rows: 4_000, origin: null },
  ...{ reading: '', cut: {}, repairs: 0, configVersion: 1, settings: '', driftReport: null },
  preview: [
    look(1, 'NO_DRIFT', 'NO_DRIFT'),
    look(3, 'DRIFT', 'NO_DRIFT'),
    look(4, 'DRIFT', 'DRIFT'),
  ],
}

test('a proposal says what it holds, what is left out and why, and what would change', () => {
  const text = proposalPicture(proposal)
  assert.match(text, /^m: 1 of 2 alarms would be gone/)
  assert.match(text, /1,200 rows of version 1 in 2 windows, in 2 stretches; reference a{12}\n/)
  assert.match(text, /instead of 4,000 rows of version 1, b{12}\n/)
  assert.match(text, /left out: 2001-01-02 \(INCOMPLETE_WINDOW\): an outage/)
  assert.match(text, /2001-01-03 to 2001-01-04 {2}DRIFT {5}\S+ .* NO_DRIFT\n/)
  assert.match(text, /DRIFT\n {4}plan moved/, 'what is left of the alarm')
})

test('a window that nothing is left to hold against counts as no alarm, gone or not', () => {
  const alone = { preview: [look(1, 'DRIFT', null)] }
  assert.match(proposalSentence(alone), /^none of the windows/)
  assert.match(proposalPicture({ ...proposal, ...alone }), /nothing to hold it against/)
})
