import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { freePort } from '../../../deploy/local/free-port.ts'
import { environmentOf } from '../../../deploy/local/python.ts'
import { until } from '../../support/gate-world.ts'
import { guardWorld } from '../../support/guard-world.ts'

const folder = fileURLToPath(new URL('../../support/mlserver', import.meta.url))

test('MLServer behind the guard, asked by the client of Triton: what is refused is no number, and the rest is in its place', async () => {
  const environment = await environmentOf(join(folder, 'requirements.txt'), 320, () => {})
  const port = await freePort()
  const server = spawn(join(environment, 'bin/mlserver'), ['start', folder], {
    cwd: folder,
    stdio: 'ignore',
    env: {
      ...process.env,
      ...{ PYTHONPATH: folder, MLSERVER_HOST: '127.0.0.1', MLSERVER_HTTP_PORT: `${port}` },
      MLSERVER_GRPC_PORT: `${await freePort()}`,
      MLSERVER_METRICS_PORT: `${await freePort()}`,
      ...{ MLSERVER_PARALLEL_WORKERS: '0', PYTHONDONTWRITEBYTECODE: '1' },
    },
  })
  const upstream = `http://127.0.0.1:${port}`
  const guard = {
    repairs: { city: { trim: true } },
    reasons: { 'out of range': 'refuse' },
  } as const
  const world = await guardWorld({ upstream, guard })
  try {
    await until(async () => {
      const answer = await fetch(`${upstream}/v2/health/ready`).catch(() => null)
      return answer?.status === 200
    }, 120_000)
    await world.start()
    const args = [join(folder, 'client.py'), `127.0.0.1:${world.port}`]
    const { stdout } = await promisify(execFile)(join(environment, 'bin/python'), args)
    const { ready, answers, refused, name } = JSON.parse(stdout)
    assert.deepEqual([ready, name], [[true, true, true], 'people'])
    assert.deepEqual(answers[0], { scores: [0, 1], guard: null })
    assert.deepEqual(answers[1].scores, [0, null, 1])
    assert.deepEqual(
      answers[1].guard.rows.map(({ outcome }: { outcome: string }) => outcome),
      ['clean', 'refuse', 'flag'],
    )
    assert.equal(refused[0], '400')
    assert.match(refused[1], /^GUARD_REFUSED: .*1 of 1 inputs: 1 out of range/)
  } finally {
    server.kill('SIGKILL')
    await once(server, 'exit')
    await world.close()
  }
})
