import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { trainingProbes } from '../../../cli/check/training-job.ts'
import { clusterSettings } from '../../support/training-cluster.ts'
import { trainingSettings } from '../../support/training-settings.ts'

const script = fileURLToPath(new URL('../../../training/job.py', import.meta.url))

const found = async (changes: Parameters<typeof trainingSettings>[2], path = script) => {
  const settings = trainingSettings('m', clusterSettings(path), {
    features: { amount: { type: 'numeric' } },
    ...changes,
  })
  const [probe] = trainingProbes({ settings })
  assert.ok(probe)
  return probe.run()
}
const labels = { topic: 'labels' }

test('a trainer that is there and knows the task is found, with its libraries', async () => {
  const { version, problem } = await found({ labels, retraining: { trainer: 'light-gbm' } })
  assert.match(version ?? '', /^3\.\d+/)
  assert.equal(problem, undefined)
})

test('one that is not there, or does not know the task, is told before anything is trained', async () => {
  const { problem } = await found({ labels, retraining: { trainer: 'gbm' } })
  assert.match(problem?.sentence ?? '', /^m cannot be trained: there is no trainer gbm; there are/)
  const numbers = await found({
    labels: { ...labels, task: 'regression' },
    retraining: { trainer: 'logistic-regression' },
  })
  assert.match(numbers.problem?.sentence ?? '', /logistic-regression knows no regression/)
})

test('a model of several classes says that it is not trained', async () => {
  const several = { ...labels, classes: ['a', 'b', 'c'] }
  const { problem } = await found({ labels: several })
  assert.match(problem?.sentence ?? '', /several classes.*set retraining.policy to never/)
  const watched = await found({ labels: several, retraining: { policy: 'never' } })
  assert.equal(watched.problem, undefined)
})

test('a job that is not there is told', async () => {
  await assert.rejects(found({}, '/nowhere/job.py'), { code: 'PREREQUISITE_MISSING' })
})
