import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { test } from 'node:test'
import { freeMetricsPort } from '../../workers/metrics-port.ts'

test('the port of the metrics is none that outgoing connections are given, and nobody listens on it', async () => {
  for (let i = 0; i < 20; i++) {
    const port = await freeMetricsPort()
    assert.ok(port >= 20_000 && port < 32_768, `${port}`)
    const server = createServer()
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(port, '127.0.0.1', resolve)
    })
    await new Promise((resolve) => server.close(resolve))
  }
})

test('a port that somebody listens on is passed over', async (context) => {
  const taken = createServer()
  const port = await freeMetricsPort()
  await new Promise<void>((resolve) => taken.listen(port, '127.0.0.1', () => resolve()))
  const draws = [port, port, port === 20_000 ? 20_001 : port - 1]
  context.mock.method(Math, 'random', () => ((draws.shift() ?? 0) - 20_000 + 0.5) / 12_768)
  try {
    assert.notEqual(await freeMetricsPort(), port)
    assert.deepEqual(draws, [])
  } finally {
    await new Promise((resolve) => taken.close(resolve))
  }
})
