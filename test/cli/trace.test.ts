import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type TraceAnswer, traceAnswer } from '../../contracts/trace.ts'
import { matchesFile } from '../support/snapshot.ts'
import { serveAnswers } from './gateway-double.ts'
import { runCli } from './run-cli.ts'

const window = { start: '2026-03-02T14:00:00.000Z', end: '2026-03-02T15:00:00.000Z' }
const answer: TraceAnswer = {
  schema: 'driftgate-trace/1',
  model: 'car-loan',
  prediction: 'request-17/2',
  rows: [
    {
      ...{
        reading: '4f1d2a9c0b7e8d55',
        topic: 'car-loan.predictions',
        request: null,
        repair: null,
      },
      record: { partition: 3, offset: '18211', digest: '9a51c04d7f3a8be2106c55e0d1f7b3aa' },
      ...{ at: '2026-03-02T14:05:11.250Z', readAt: '2026-03-02T15:01:40.120Z', version: '7' },
      ...{ score: 0.8312, prediction: null, segments: ['salary_range=b2'] },
      windows: [{ ...window, verdict: 'NO_DRIFT', headline: 'no drift', counted: true, again: [] }],
      inputAbsent: null,
      input: {
        from: 'log',
        reference: { version: '7', rows: 40_000, profile: 'p' },
        unusual: { share: 0.013, rows: 1_000 },
        values: [
          {
            ...{ feature: 'country', value: 'XX', tail: 0, quantile: null, note: 'unseen' },
          },
          { feature: 'amount', value: 9_800.5, tail: 0.02, quantile: 0.987, note: null },
          { feature: 'age', value: null, tail: 0.4, quantile: null, note: 'missing' },
          { feature: 'plan', value: 'basic', tail: 1, quantile: null, note: null },
        ],
      },
    },
    {
      ...{ reading: '4f1d2a9c0b7e8d55', topic: 'car-loan.predictions', repair: 2 },
      record: { partition: 1, offset: '90', digest: null },
      request: { partition: 0, offset: '88', digest: null },
      ...{ at: '2026-03-02T14:59:00.000Z', readAt: '2026-03-03T09:00:00.000Z', version: '' },
      ...{ score: null, prediction: 'yes', segments: [] },
      windows: [
        { ...window, verdict: 'DRIFT', headline: 'it drifts', counted: false, again: ['DRIFT'] },
      ],
      ...{ input: null, inputAbsent: 'what was asked is for operators' },
    },
  ],
  labels: [
    {
      ...{ topic: 'car-loan.labels', partition: 0, offset: '77', label: 1, holds: true },
      ...{ at: '2026-03-09T00:00:00.000Z', readAt: '2026-03-09T01:00:00.000Z' },
    },
    {
      ...{ topic: 'car-loan.labels', partition: 0, offset: '12', label: null, holds: false },
      ...{ at: '2026-03-05T00:00:00.000Z', readAt: '2026-03-05T01:00:00.000Z' },
    },
  ],
}

async function against(status: number, body: unknown, ...more: string[]) {
  const gateway = await serveAnswers({
    'GET /v1/models/car-loan/predictions?id=request-17%2F2': [[status, body]],
  })
  try {
    return await runCli(['trace', 'car-loan', 'request-17/2', '--gateway', gateway.url, ...more])
  } finally {
    await gateway.close()
  }
}

test('trace shows record, answer and verdicts of everything under an id', async () => {
  const { status, out } = await against(200, answer)
  assert.equal(status, 0)
  matchesFile(out, new URL('./snapshots/trace.txt', import.meta.url))
})

test('and the same for programs', async () => {
  const { out } = await against(200, answer, '--output', 'json')
  assert.deepEqual(traceAnswer.parse(JSON.parse(out)), answer)
})
