import type pg from 'pg'
import { listStewards } from '../adapters/postgres/stewards.ts'
import { runFate } from '../adapters/temporal/lost-runs.ts'
import { type Environment, startSteward } from '../adapters/temporal/messages.ts'
import type { Settings } from '../contracts/config.ts'
import { type ReleaseInput, type RetrainInput, workflowId } from '../contracts/messages.ts'
import type { FoundTrouble } from '../contracts/reconcile.ts'
import type { StewardState } from '../contracts/steward.ts'

export interface LostWork {
  /** What should run and does not: to be started again. */
  readonly releases: readonly ReleaseInput[]
  readonly retrainings: readonly RetrainInput[]
  /** Workflow ids of stewards that were started again; they start what is theirs. */
  readonly stewards: readonly string[]
  /** What failed by itself would fail again: that is told. */
  readonly found: readonly FoundTrouble[]
}

export interface LostWorkDeps {
  readonly db: pg.Pool
  readonly client: Environment['client']
  /** The configuration in force. */
  readonly settings: () => Promise<Settings>
}

/** Whether what the record says to be under way is, on the queue `orchestration`. */
export const lostWorkActivities = (deps: LostWorkDeps) => ({
  /**
   * Goes by what each steward has on record, since it is the one that started them. A run that came to its end has told
   * its steward, which takes a moment: it is no lost one.
   */
  async findLostWork({ prefix }: { prefix: string }): Promise<LostWork> {
    const environment = { client: deps.client, prefix }
    const { models } = await deps.settings()
    const releases: ReleaseInput[] = []
    const retrainings: RetrainInput[] = []
    const stewards: string[] = []
    const found: FoundTrouble[] = []
    for (const state of await listStewards(deps.db)) {
      const { model } = state
      const id = workflowId.steward(prefix, model)
      if ((await runFate(environment, id)).state !== 'running') {
        await startSteward(environment, model)
        stewards.push(id)
        continue
      }
      const failed: string[] = []
      const look = async (name: string, id: string, again: () => void) => {
        const fate = await runFate(environment, id)
        if (fate.state === 'gone') again()
        if (fate.state === 'failed') failed.push(`${name} ended without a result: ${fate.reason}`)
      }
      for (const each of releasesOf(state)) {
        const input = { ...each, prefix }
        const id = workflowId.release(prefix, each.release)
        await look(`release ${each.release}`, id, () => void releases.push(input))
      }
      const { retraining } = state
      if (retraining !== null) {
        const id = workflowId.retrain(prefix, model, retraining.runKey)
        const again = () => void retrainings.push({ ...retraining, prefix })
        await look(`retraining ${retraining.runKey}`, id, again)
      }
      if (!Object.hasOwn(models, model)) continue
      const trouble = failed.length === 0 ? null : failed.join('; ')
      found.push({ model, cause: 'WORK_STOPPED', trouble })
    }
    return { releases, retrainings, stewards, found }
  },
})

const releasesOf = ({ release, absorbing, policies }: StewardState): ReleaseInput[] => [
  ...(release === null ? [] : [release]),
  ...absorbing,
  ...policies,
]
