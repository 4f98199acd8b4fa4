import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { clusterProbe } from '../../../cli/check/cluster.ts'
import type { ClusterSettings, Settings } from '../../../contracts/config.ts'
import { servers } from '../../support/servers.ts'
import { clusterSettings, submitSettings } from '../../support/training-cluster.ts'

const probe = (cluster: ClusterSettings) => clusterProbe({ settings: { cluster } as Settings })

test('spark-submit is asked for its version, and its folder has to be there', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'driftgate-check-'))
  try {
    const found = await probe(submitSettings('/job.py', folder)).run()
    assert.match(found.version ?? '', /^4\.\d/)
    assert.match(found.note ?? '', /^jobs go to local\[1\]/)
    const missing = (settings: ClusterSettings) =>
      assert.rejects(probe(settings).run(), { code: 'PREREQUISITE_MISSING' })
    await missing(submitSettings('/job.py', join(folder, 'unmounted')))
    await missing(submitSettings('/job.py', folder, { command: join(folder, 'spark-submit') }))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

test('a standalone master is asked with the secret, and for its workers', async () => {
  const settings = clusterSettings('/job.py')
  const secret = { file: servers().sparkSecretFile }
  const found = await probe({ ...settings, secret }).run()
  assert.match(found.note ?? '', /worker\(s\)$/)
})
