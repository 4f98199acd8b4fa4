import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { guardWorld } from '../../support/guard-world.ts'
import { mlserverFolder, startMlserver } from '../../support/mlserver-process.ts'

test('MLServer behind the guard, asked by the client of Triton: what is refused is no number, and the rest is in its place', async () => {
  const server = await startMlserver(mlserverFolder)
  const { environment, url: upstream } = server
  const guard = {
    repairs: { city: { trim: true } },
    reasons: { 'out of range': 'refuse' },
  } as const
  const world = await guardWorld({ upstream, guard })
  try {
    await world.start()
    const args = [join(mlserverFolder, 'client.py'), `127.0.0.1:${world.port}`]
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
    await server.stop()
    await world.close()
  }
})
