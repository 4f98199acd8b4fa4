import assert from 'node:assert/strict'
import { test } from 'node:test'
import { labelSettings } from '../../contracts/label-settings.ts'
import { streamFindings } from '../../detectors/stream-findings.ts'

const asked = (detector: string) =>
  streamFindings({ labels: labelSettings.parse({ topic: 't', performance: { detector } }) })

test('a streaming detector that is not there is said at its place, with the nearest one', () => {
  assert.deepEqual(asked('cusm'), [
    {
      path: ['labels', 'performance', 'detector'],
      message: 'there is no streaming detector "cusm"',
      help: 'did you mean "cusum"?',
    },
  ])
})

test('one that is there, and a model without labels, are fine', () => {
  assert.deepEqual(asked('page-hinkley'), [])
  assert.deepEqual(streamFindings({}), [])
})
