import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { freePort } from '../../deploy/local/free-port.ts'
import { past } from '../reports/examples.ts'
import { until } from '../support/gate-world.ts'
import { type Answers, serveAnswers } from './gateway-double.ts'
import { runCli } from './run-cli.ts'

const waiting = past.releases[0]!
const path = 'GET /v1/releases/car-loan/2'
const ended = (state: string, reason: string) => ({ ...waiting, state, reason })
const promoting = { ...waiting, state: 'promoting' }

async function wait(answers: Answers, ...words: string[]) {
  const gateway = await serveAnswers(answers)
  try {
    const run = await runCli(['gate', 'wait', ...words, '--gateway', gateway.url], {
      environment: { DRIFTGATE_TOKEN: 'of-a-machine' },
    })
    return { ...run, asked: gateway.asked }
  } finally {
    await gateway.close()
  }
}

describe('gate wait', () => {
  it('ends with 0 when it is promoted, however long it takes to move', async () => {
    const answers: Answers = {
      [path]: [
        [200, waiting],
        [200, promoting],
        [200, ended('promoted', 'version 2 serves')],
      ],
    }
    const run = await wait(answers, 'car-loan/2', '--timeout', '10s')
    assert.equal(run.status, 0, run.err)
    assert.equal(run.asked.length, 3)
    assert.match(run.out, /^car-loan\/2 promoted after \d s: version 2 serves$/m)
    assert.equal(run.err, '')
  })

  for (const state of ['rejected', 'expired', 'void', 'failed'] as const) {
    it(`ends with 1 when it is ${state}, and says so in text and JSON`, async () => {
      const answers: Answers = { [path]: [[200, ended(state, 'because')]] }
      const text = await wait(answers, 'car-loan/2')
      assert.equal(text.status, 1)
      assert.match(text.out, new RegExp(`^car-loan/2 ${state} after 0 s: because$`, 'm'))
      const json = await wait(answers, 'car-loan/2', '--output', 'json')
      assert.equal(json.status, 1)
      const { schema, state: said, timedOut, reason, candidate } = JSON.parse(json.out)
      assert.deepEqual([schema, said, timedOut], ['driftgate-gate-wait/1', state, false])
      assert.deepEqual([reason, candidate.version], ['because', '2'])
    })
  }

  it('ends with 8 when it has not ended in time, also while traffic moves', async () => {
    for (const view of [waiting, promoting]) {
      const run = await wait({ [path]: [[200, view]] }, 'car-loan/2', '--timeout', '0s')
      assert.equal(run.status, 8, run.err)
      assert.match(run.out, /^car-loan\/2: (waiting for 1 person|promoting)/)
      assert.match(run.out, /not over after 0 s/)
    }
  })

  it('asks again while the gateway is away, and says why', async () => {
    const port = await freePort()
    const running = runCli(
      ['gate', 'wait', 'car-loan/2', '--gateway', `http://127.0.0.1:${port}`, '--timeout', '20s'],
      { environment: { DRIFTGATE_TOKEN: 'of-a-machine' } },
    )
    await new Promise((resolve) => setTimeout(resolve, 1_200))
    const unready = { title: 'x', status: 503, code: 'GATEWAY_NOT_READY', detail: 'away', help: '' }
    const answers: Answers = {
      [path]: [
        [503, unready],
        [502, { html: 'bad gateway' }],
        [200, ended('promoted', '')],
      ],
    }
    const gateway = await serveAnswers(answers, port)
    const run = await running
    await gateway.close()
    assert.equal(run.status, 0, run.err)
    const told = run.err.match(/trying again/g) ?? []
    assert.equal(told.length, 3, run.err)
    assert.match(run.err, /a proxy says 502/)
  })

  it('says that nobody knows when the gateway is away in the end', async () => {
    const line = ['gate', 'wait', 'car-loan/2', '--gateway', 'http://127.0.0.1:1']
    const run = await runCli([...line, '--timeout', '600ms'])
    assert.equal(run.status, 1)
    assert.match(run.err, /error\[GATEWAY_UNREACHABLE\]/)
  })

  it('waits for one that is not there yet where --appear says so, else refuses', async () => {
    const problem = {
      ...{ title: 'Not Found', status: 404, code: 'RELEASE_UNKNOWN' },
      ...{ detail: 'there is no release "car-loan/2"', help: 'h' },
    }
    const unknown: Answers = {
      [path]: [
        [404, problem],
        [200, ended('promoted', '')],
      ],
    }
    const refused = await wait(unknown, 'car-loan/2')
    assert.equal(refused.status, 2)
    assert.match(refused.err, /error\[RELEASE_UNKNOWN\]/)
    const appeared = await wait(unknown, 'car-loan/2', '--appear', '--timeout', '10s')
    assert.equal(appeared.status, 0, appeared.err)
  })

  it('finds the release that a model opened since, and stays with that one', async () => {
    const list = (releases: unknown[]) => ({
      schema: 'driftgate-releases/1',
      releases,
      policies: [],
    })
    const ofNow = { ...waiting, openedAt: '2019-06-01T00:00:00Z' }
    const answers: Answers = {
      'GET /v1/releases?model=car-loan': [
        [200, list([past.releases[1]])],
        [200, list([ofNow, past.releases[1]])],
      ],
      [path]: [[200, ended('rejected', 'by Ada')]],
    }
    const since = ['--since', '2019-05-30T00:00:00Z']
    const run = await wait(answers, 'car-loan', '--appear', ...since, '--timeout', '10s')
    assert.equal(run.status, 1, run.err)
    assert.deepEqual(
      run.asked.map((each) => each.path),
      [...Array(2).fill('/v1/releases?model=car-loan'), '/v1/releases/car-loan/2'],
    )
    const none = await wait(answers, 'car-loan', '--since', '2020-01-01')
    assert.match(none.err, /error\[RELEASE_UNKNOWN\]/)
    const absent = await wait(answers, 'car-loan', '--since', '1m', '--appear', '--timeout', '0s')
    assert.equal(absent.status, 8)
    assert.match(absent.out, /no such release was opened/)
  })

  it('shows how it stands on a terminal, with numbers', async () => {
    const gateway = await serveAnswers({
      [path]: [...Array(4).fill([200, waiting]), [200, ended('promoted', '')]],
    })
    const run = await runCli(
      ['gate', 'wait', 'car-loan/2', '--gateway', gateway.url, '--timeout', '20s'],
      { environment: { DRIFTGATE_TOKEN: 'x' }, terminal: true, columns: 160 },
    )
    await gateway.close()
    assert.match(run.err, /gate car-loan\/2 {2}waiting for 1 person .*, 0 approved; expires/)
  })

  it('says what it does not understand', async () => {
    for (const words of [
      ['wait'],
      ['wait', 'car-loan/x'],
      ['wait', 'car-loan/2', '--timeout', 'soon'],
      ['wait', 'car-loan/2', '--since', '1h'],
      ['car-loan', 'car-loan/2'],
      ['car-loan', '--timeout', '1h'],
    ]) {
      const run = await runCli(['gate', ...words, '--gateway', 'http://127.0.0.1:1'])
      assert.equal(run.status, 2, words.join(' '))
    }
  })
})

describe('a token in a file', () => {
  it('is read at each request, so that it may be renewed meanwhile', async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'driftgate-token-'))
    t.after(() => rmSync(folder, { recursive: true }))
    const file = join(folder, 'token')
    writeFileSync(file, 'first\n')
    const gateway = await serveAnswers({
      [path]: [
        [200, waiting],
        [200, ended('promoted', '')],
      ],
    })
    const running = runCli(
      ['gate', 'wait', 'car-loan/2', '--gateway', gateway.url, '--timeout', '10s'],
      { environment: { DRIFTGATE_TOKEN_FILE: file } },
    )
    await until(async () => gateway.asked.length > 0, 5_000)
    writeFileSync(file, 'second\n')
    const { status } = await running
    await gateway.close()
    assert.equal(status, 0)
    assert.deepEqual(
      gateway.asked.map(({ authorization }) => authorization),
      ['Bearer first', 'Bearer second'],
    )
    rmSync(file)
    const gone = await runCli(['gate', '--gateway', gateway.url], {
      environment: { DRIFTGATE_TOKEN_FILE: file },
    })
    assert.equal(gone.status, 4)
    assert.match(gone.err, /DRIFTGATE_TOKEN_FILE names/)
  })
})
