import { DriftgateError } from '../contracts/errors.ts'
import type { NoticeCause } from '../contracts/notice.ts'
import type { FoundTrouble, Outside } from '../contracts/reconcile.ts'
import { lookAtTraffic } from './look-at-traffic.ts'
import { lookAtWayBack } from './look-at-way-back.ts'
import type { PromoteDeps } from './promote.ts'
import { severalAtOnce } from './several-at-once.ts'

type Told = Omit<FoundTrouble, 'model' | 'cause'>
type Look = (deps: PromoteDeps, model: string, proven: Map<string, number>) => Promise<Told | null>

/** What is held against the record of each model, a line each. Null: nothing can be said now. */
const looks = {
  TRAFFIC_MOVED: lookAtTraffic,
  ROLLBACK_MISSING: async (deps, model, proven) => ({
    trouble: await lookAtWayBack(deps, model, proven),
  }),
} as const satisfies Partial<Record<NoticeCause, Look>>

/** So many models are asked about at the same time: targets and registries serve others too. */
const atOnce = 8

/** What only the credentials of rollout targets and registry show, on the queue `release`. */
export function outsideActivities(deps: PromoteDeps) {
  const proven = new Map<string, number>()
  return {
    /** Of every model of the configuration; one whose servers do not answer keeps nobody else from being looked at. */
    async lookOutside(): Promise<Outside> {
      const { models } = await deps.settings()
      const asked = Object.keys(models).flatMap((model) =>
        (Object.keys(looks) as (keyof typeof looks)[]).map((cause) => ({ model, cause })),
      )
      const found: FoundTrouble[] = []
      const unseen: { model: string; code: string }[] = []
      await severalAtOnce(asked, atOnce, async ({ model, cause }) => {
        try {
          const told = await looks[cause](deps, model, proven)
          if (told !== null) found.push({ model, cause, ...told })
        } catch (error) {
          if (!(error instanceof DriftgateError)) throw error
          unseen.push({ model, code: error.code })
        }
      })
      return { found, unseen }
    },
  }
}
