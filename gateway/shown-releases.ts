import type { Db } from '../adapters/postgres/pool.ts'
import { findRelease, listReleases, releaseView } from '../adapters/postgres/releases.ts'
import type { ReleaseState, ReleaseView } from '../contracts/release.ts'
import { asAnswered } from '../reports/as-answered.ts'

/** A release as people see it; null when there is none. */
export async function shownRelease(db: Db, release: string): Promise<ReleaseView | null> {
  const row = await findRelease(db, release)
  return row && asAnswered(await releaseView(db, row))
}

/** The newest first; of one model, in one state, or all. */
export async function shownReleases(
  db: Db,
  { model, state }: { model?: string | undefined; state?: ReleaseState | undefined } = {},
): Promise<ReleaseView[]> {
  const ofModel = model === undefined ? {} : { model }
  const rows = await listReleases(db, { ...ofModel, ...(state && { state }) })
  // What the record still calls waiting may have its deciding answer already.
  if (state && state !== 'waiting') {
    rows.push(...(await listReleases(db, { ...ofModel, state: 'waiting' })))
  }
  const views = await Promise.all(rows.map(async (row) => asAnswered(await releaseView(db, row))))
  return views.filter((view) => state === undefined || view.state === state)
}
