import assert from 'node:assert/strict'
import { test } from 'node:test'
import { guardWorld, peopleRequest } from '../../support/guard-world.ts'

test('a guard tells how every request ended, those that it answered with an error too, and what it judged', async () => {
  const world = await guardWorld({ door: { largestBody: 4_096 } })
  const scrape = async (): Promise<Map<string, number>> => {
    const lines = (await (await fetch(`${world.url}/metrics`)).text()).split('\n')
    const values = lines.map((line): [string, number] => {
      const end = line.lastIndexOf(' ')
      return [line.slice(0, end), Number(line.slice(end + 1))]
    })
    return new Map(values.filter(([series]) => series.startsWith('drift_guard')))
  }
  const ended = (series: Map<string, number>) =>
    [...series]
      .filter(([name]) => name.startsWith('drift_guard_request_seconds_count'))
      .map(([name, value]) => `${name.replace(/.*\{|\}/g, '')} ${value}`)
      .sort()
  const one = peopleRequest([[41, 'a']])
  try {
    await world.start()
    const twoOfThree = peopleRequest([
      [41, 'a'],
      [41, 'z'],
      ['old', 'a'],
    ])
    assert.equal((await world.infer(one)).status, 200)
    assert.equal((await world.infer(twoOfThree)).status, 200)
    assert.equal((await world.infer(peopleRequest([['old', 'a']]))).status, 400)
    assert.equal((await world.infer('{')).status, 400)
    assert.equal((await world.infer(' '.repeat(5_000))).status, 413)
    const unknown = await world.infer(one, {}, '/v2/models/nobody/infer')
    assert.deepEqual([unknown.status, unknown.body.code], [404, 'GUARD_MODEL_UNKNOWN'])
    await world.modelServer.close()
    assert.equal((await world.infer(one)).status, 502)

    const found = await scrape()
    assert.deepEqual(ended(found), [
      'model="people",status="200" 2',
      'model="people",status="400" 2',
      'model="people",status="413" 1',
      'model="people",status="502" 1',
    ])
    const expected = {
      'drift_guard_able{model="people"}': 1,
      // What was judged before the model server was asked is judged, whether it answered or not.
      'drift_guard_judged_total{model="people",outcome="accept"}': 3,
      'drift_guard_judged_total{model="people",outcome="flag"}': 1,
      'drift_guard_judged_total{model="people",outcome="refuse"}': 2,
      'drift_guard_errors_total{code="GUARD_REFUSED"}': 1,
      'drift_guard_errors_total{code="GUARD_REQUEST_UNREADABLE"}': 1,
      'drift_guard_errors_total{code="GUARD_REQUEST_TOO_LARGE"}': 1,
      'drift_guard_errors_total{code="GUARD_MODEL_UNKNOWN"}': 1,
      'drift_guard_errors_total{code="GUARD_UPSTREAM_UNREACHABLE"}': 1,
      'drift_guard_upstream_seconds_count{model="people"}': 2,
    }
    for (const [series, value] of Object.entries(expected)) {
      assert.equal(found.get(series), value, series)
    }
    const whole = found.get('drift_guard_request_seconds_sum{model="people",status="200"}') ?? 0
    const behind = found.get('drift_guard_upstream_seconds_sum{model="people"}') ?? 0
    assert.ok(whole > behind && behind > 0, `${whole} s, ${behind} s of it the model server`)
  } finally {
    await world.close()
  }
})

test('a guard without a reference says that it is not able, and one that is switched off says nothing', async () => {
  const world = await guardWorld({ rows: 0 })
  const able = async () =>
    /^drift_guard_able.*$/m.exec(await (await fetch(`${world.url}/metrics`)).text())?.[0]
  try {
    const child = await world.start(503)
    assert.equal(await able(), 'drift_guard_able{model="people"} 0')
    child.kill('SIGKILL')
    await world.apply({ enabled: false })
    await world.start()
    assert.equal(await able(), undefined)
  } finally {
    await world.close()
  }
})
