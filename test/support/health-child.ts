import { measureHealth } from '../../activities/measure-health.ts'
import { openKafkaLog } from '../../adapters/kafka/log.ts'
import { openPool } from '../../adapters/postgres/pool.ts'
import type { ModelSettings } from '../../contracts/config.ts'
import type { HealthQuestion } from '../../contracts/rollout.ts'
import type { ScanPhase } from '../../contracts/scan-phases.ts'

/** What the test that starts this process tells it, as JSON in the only argument. */
export interface HealthChildInput {
  readonly broker: string
  readonly database: string
  /** Parsed already. */
  readonly model: ModelSettings
  readonly question: HealthQuestion
  /** Where it dies by SIGKILL, in its second commit. */
  readonly phase: ScanPhase
}

/** Measures the health of a step in a process of its own, so that it can be killed. */
const input = JSON.parse(process.argv[2] ?? '') as HealthChildInput
const db = openPool(input.database)
const log = await openKafkaLog([input.broker])
let passed = 0
await measureHealth(
  {
    ...{ db, log },
    settings: async () => ({ id: 1, settings: { models: { m: input.model } } as never }),
    onPhase: (phase) => {
      if (phase === input.phase && passed++ > 0) process.kill(process.pid, 'SIGKILL')
    },
  },
  input.question,
  { records: 100 },
)
await Promise.all([db.end(), log.close()])
