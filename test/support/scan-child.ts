import { advanceLabels } from '../../activities/advance-labels.ts'
import { advanceLedger } from '../../activities/advance-ledger.ts'
import { joinReading } from '../../activities/join-halves.ts'
import { readLabelTable } from '../../activities/read-label-table.ts'
import type { ScanDeps } from '../../activities/scan-deps.ts'
import { openKafkaLog } from '../../adapters/kafka/log.ts'
import { joinsPartition } from '../../adapters/postgres/parts.ts'
import { openPool } from '../../adapters/postgres/pool.ts'
import { findLabelReading } from '../../adapters/postgres/readings.ts'
import type { ModelSettings } from '../../contracts/config.ts'
import type { ScanPhase } from '../../contracts/scan-phases.ts'

/** What the test that starts this process tells it, as JSON in the only argument. */
export interface ScanChildInput {
  readonly broker: string
  readonly database: string
  /** Parsed already. */
  readonly model: ModelSettings
  readonly reading: string
  readonly partition: number
  readonly to: string
  /** The reading is one of labels, of a topic or of a table, which is read as far as it can be. */
  readonly labels?: true | 'table'
  /** Where it dies by SIGKILL, and how often it comes by there unharmed before; null: it does its work. */
  readonly die: { readonly phase: ScanPhase; readonly after: number } | null
}

/** Advances one partition of a ledger, that of joins among them, in a process of its own, so that it can be killed. */
const input = JSON.parse(process.argv[2] ?? '') as ScanChildInput
const db = openPool(input.database)
const log = await openKafkaLog([input.broker])
let passed = 0
const deps: ScanDeps =
  // One batch an answer, so that there are many slices to die in.
  {
    db,
    log: { ...log, read: (stretch) => log.read({ ...stretch, maxBytes: 1 }) },
    settings: async () => ({ id: 1, settings: { models: { m: input.model } } as never }),
    onPhase: (phase) => {
      if (phase !== input.die?.phase || passed++ < input.die.after) return
      process.kill(process.pid, 'SIGKILL')
    },
  }
const { reading, partition, to, labels } = input
if (partition === joinsPartition) {
  await joinReading(deps, { model: 'm', reading, to: Number(to) })
} else if (labels === 'table') {
  const { source } = input.model.labels ?? {}
  const found = await findLabelReading(db, reading)
  await readLabelTable(deps, found!, source!, { keepBadBytes: false, rate: 1, rows: 50 })
} else if (labels) {
  await advanceLabels(deps, { model: 'm', reading, partition, to }, { records: 1 })
} else {
  await advanceLedger(deps, { model: 'm', reading, partition, to }, { records: 1 })
}
await Promise.all([db.end(), log.close()])
