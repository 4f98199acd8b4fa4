import type pg from 'pg'
import { listNotices } from '../../adapters/postgres/notices.ts'
import type { Environment } from '../../adapters/temporal/messages.ts'
import type { Notice } from '../../contracts/notice.ts'
import type { Reconciled } from '../../contracts/reconcile.ts'
import { until } from './gate-world.ts'
import { reconcileNow } from './reconcile-now.ts'

/** Rounds that hold the outside against the record, one after another, with what the steward of `m` made of them. */
export function toldRounds(environment: Environment, db: pg.Pool) {
  const notices = (): Promise<Notice[]> => listNotices(db, 'm')
  const open = async () => (await notices()).filter(({ state }) => state === 'open')
  return {
    notices,
    openCauses: async () => (await open()).map(({ cause }) => cause),
    /** What one round did; asked until the steward has taken in what it was told. */
    async round(): Promise<Reconciled> {
      const reconciled = await reconcileNow(environment)
      for (const { cause, trouble } of reconciled.told) {
        await until(async () => {
          const known = (await open()).find((each) => each.cause === cause)
          return (known?.headline ?? null) === trouble
        })
      }
      return reconciled
    },
  }
}
