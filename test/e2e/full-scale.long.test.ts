import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { down } from '../../deploy/local/index.ts'
import { runDemo } from '../../examples/demo/index.ts'
import { watchDemo } from '../support/demo-watch.ts'
import { servers } from '../support/servers.ts'

const place = mkdtempSync(join(tmpdir(), 'driftgate-full-'))
chmodSync(place, 0o755)
const folder = join(place, '.driftgate')
after(async () => {
  await down(folder)
  rmSync(place, { recursive: true, force: true })
})

test('at three million flights differences are significant week by week, and none is worth a retraining', async () => {
  const result = await runDemo({
    folder,
    given: servers(),
    scale: 'full',
    approveAfterMs: 0,
    keep: false,
    signal: AbortSignal.timeout(3_000_000),
    view: watchDemo().view,
  })
  const weeks = result.verdicts['flight-delay'] ?? []
  assert.ok(weeks.every(({ rows }) => rows.good > 100_000))
  const quiet = weeks.slice(0, -1)
  assert.ok(quiet.every(({ verdict }) => verdict === 'NO_DRIFT'))
  const significant = quiet.filter(({ features }) =>
    features.some(({ primary, level }) => primary.pValue !== null && primary.pValue <= level),
  )
  assert.ok(significant.length > quiet.length / 2, `${significant.length} of ${quiet.length}`)
  assert.equal(weeks.at(-1)?.verdict, 'DATA_QUALITY')
  assert.equal(result.release.state, 'promoted')
})
