import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { submissionRequest } from '../../../adapters/cluster/spark-request.ts'
import { signToken, sparkRest } from '../../../adapters/cluster/spark-rest.ts'
import { normalise } from '../../../adapters/cluster/spark-standalone.ts'

test('a recovering master and a relaunched driver are no ends', () => {
  for (const state of ['UNKNOWN', 'RELAUNCHING', 'SOMETHING_NEW']) {
    assert.equal(normalise(state, undefined).state, 'unknown')
  }
})

test('a master that recovers is not there yet: it has neither refused a job nor forgotten one', async () => {
  const message =
    'Current state is not alive: RECOVERING. Can only accept driver submissions in ALIVE'
  const master = createServer((_, answer) => {
    answer.end(JSON.stringify({ action: 'CreateSubmissionResponse', success: false, message }))
  }).listen(0, '127.0.0.1')
  await once(master, 'listening')
  const rest = `http://127.0.0.1:${(master.address() as AddressInfo).port}`
  try {
    const ask = sparkRest(
      { rest, secret: null, timeoutMs: 5_000 },
      'GET',
      '/v1/submissions/status/1',
    )
    await assert.rejects(ask, { code: 'CLUSTER_UNREACHABLE' })
  } finally {
    master.close()
  }
})

test('a driver that could not start says why, without the stack', () => {
  const message =
    'Exception from the cluster:\njava.nio.file.NoSuchFileException: /none.jar\n\tat sun.nio…'
  assert.deepEqual(normalise('ERROR', message), {
    state: 'failed',
    reason: 'java.nio.file.NoSuchFileException: /none.jar',
  })
})

test('a token is signed with the shared secret and lives one minute', () => {
  const secret = Buffer.alloc(32, 7).toString('base64url')
  const [head, claims, signature] = signToken(secret, 1_000_000).split('.')
  const read = (part?: string) => JSON.parse(Buffer.from(part ?? '', 'base64url').toString())
  assert.deepEqual(read(head), { alg: 'HS256', typ: 'JWT' })
  assert.deepEqual(read(claims), { exp: 1_060 })
  const key = Buffer.alloc(32, 7)
  const expected = createHmac('sha256', key).update(`${head}.${claims}`).digest('base64url')
  assert.equal(signature, expected)
})

test('the job is told where to connect, and what must not show travels in its environment', () => {
  const job = {
    script: '/jobs/job.py',
    python: '/venv/python',
    jars: ['/a.jar', '/b.jar'],
    driverMemory: '2g',
    driverCores: 1,
    executorMemory: '1g',
    maximumCores: 2,
    conf: { 'spark.ui.port': '0' },
  }
  const settings = {
    kind: 'spark-standalone',
    rest: 'http://127.0.0.1:6066',
    web: 'http://127.0.0.1:8080',
    master: 'spark://127.0.0.1:7077',
    queueTimeout: 600_000,
    job,
  } as const
  const given = { runKey: 'abc', specPath: '/o/spec.json', environment: { PASSWORD: 'hidden' } }
  const request = submissionRequest(settings, given) as {
    appArgs: string[]
    environmentVariables: Record<string, string>
    sparkProperties: Record<string, string>
  }
  assert.deepEqual(request.appArgs.slice(0, 2), ['--master', 'spark://127.0.0.1:7077'])
  assert.deepEqual(request.appArgs.slice(-2), ['/jobs/job.py', '/o/spec.json'])
  assert.ok(request.appArgs.includes('/a.jar,/b.jar'))
  assert.ok(request.appArgs.includes('spark.ui.port=0'))
  assert.equal(request.sparkProperties['spark.app.name'], 'driftgate-abc')
  assert.equal(request.environmentVariables['PASSWORD'], 'hidden')
  const shown = JSON.stringify([request.appArgs, request.sparkProperties])
  assert.ok(!shown.includes('hidden'))
})
