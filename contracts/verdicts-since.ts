import { z } from 'zod'
import { parseDuration } from './duration.ts'
import type { VerdictName } from './report.ts'

/** What many windows come to: the worst of them. `UNDECIDED`: one could not be judged, or there is none at all. */
export const verdictSince = z.enum(['DRIFT', 'DATA_QUALITY', 'UNDECIDED', 'NO_DRIFT'])
export type VerdictSince = z.infer<typeof verdictSince>

/** Windows by their verdict. */
export const windowCounts = z.object({
  drift: z.number().int(),
  dataQuality: z.number().int(),
  /** Too few rows or labels, an incomplete window, or a stale model. */
  undecided: z.number().int(),
  noDrift: z.number().int(),
})
export type WindowCounts = z.infer<typeof windowCounts>

export function countWindows(verdicts: readonly VerdictName[]): WindowCounts {
  const of = (name: VerdictName) => verdicts.filter((each) => each === name).length
  const [drift, dataQuality, noDrift] = [of('DRIFT'), of('DATA_QUALITY'), of('NO_DRIFT')]
  return { drift, dataQuality, noDrift, undecided: verdicts.length - drift - dataQuality - noDrift }
}

/** No data is never "no drift": a window that could not be judged is worse than one that is quiet. */
export function worstOf({ drift, dataQuality, undecided, noDrift }: WindowCounts): VerdictSince {
  if (drift > 0) return 'DRIFT'
  if (dataQuality > 0) return 'DATA_QUALITY'
  return undecided > 0 || noDrift === 0 ? 'UNDECIDED' : 'NO_DRIFT'
}

/** ISO 8601 with a zone, or a duration before now such as `2h`. */
const isTime = (text: string): boolean =>
  parseDuration(text) !== null || z.iso.datetime({ offset: true }).safeParse(text).success

/** What Argo Rollouts asks for; `since`: windows that begin at or after it. */
export const argoQuery = z.object({
  since: z
    .string()
    .refine(isTime, 'expected a time such as 2027-01-04T08:00:00Z, or a duration before now: 2h'),
})

/** @param nowMs milliseconds since 1970, as what is returned. */
export function sinceMsOf(text: string, nowMs: number): number {
  const ago = parseDuration(text)
  return ago === null ? Date.parse(text) : nowMs - ago
}

/** For a `web` metric of Argo Rollouts: `verdict` is what its conditions read. */
export const argoVerdict = z.object({
  schema: z.literal('driftgate-argo-verdict/1'),
  model: z.string(),
  /** ISO 8601. */
  since: z.string(),
  verdict: verdictSince,
  windows: windowCounts,
  /** Of the newest window; empty: there is none. */
  headline: z.string(),
})
export type ArgoVerdict = z.infer<typeof argoVerdict>
