import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { serveAnswers } from './gateway-double.ts'
import { runCli } from './run-cli.ts'

/** Without a local project: what runs on this machine is not the test's business. */
const folder = mkdtempSync(join(tmpdir(), 'driftgate-watch-'))
after(() => rmSync(folder, { recursive: true }))

const empty = { schema: 'driftgate-models/1', models: [] }
const down = { title: 'Error', status: 503, code: 'GATEWAY_UNREACHABLE', detail: 'gone', help: '' }
const environment = { DRIFTGATE_TOKEN: 'of-a-person' }
const home = '\u001b[H'

describe('status --watch', () => {
  it('draws again in the same place until Ctrl-C, whatever happens to the gateway', async () => {
    const gateway = await serveAnswers({
      'GET /v1/models': [
        [200, empty],
        [503, down],
      ],
    })
    const ctrlC = new AbortController()
    const line = ['status', '--watch', '--gateway', gateway.url]
    const run = await runCli(line, {
      folder,
      environment,
      terminal: true,
      signal: ctrlC.signal,
      onOut: (out) => {
        if (out.split(home).length === 3) ctrlC.abort()
      },
    })
    await gateway.close()
    assert.equal(run.status, 0, run.err)
    const [, first, second, ...more] = run.out.split(home)
    assert.match(first ?? '', /no models; put some in force/)
    assert.match(second ?? '', /models: .*gone|models: .*does not answer/)
    assert.deepEqual(more, [])
  })

  for (const [what, words, terminal] of [
    ['a terminal', [], false],
    ['text', ['--output', 'json'], true],
  ] as const) {
    it(`is wrong usage without ${what}`, async () => {
      const run = await runCli(['status', '--watch', ...words], { folder, terminal })
      assert.equal(run.status, 2)
      assert.match(run.err, /--watch needs a terminal to draw on/)
      assert.equal(run.out, '')
    })
  }
})
