import type { AbsorbRequest } from '../contracts/absorb.ts'
import type { IncidentKind } from '../contracts/incident.ts'
import type { VerdictName, Window } from '../contracts/report.ts'

/** A window of the range as it was judged; null: it was not. */
export interface RangeWindow {
  readonly window: Window
  readonly verdict: VerdictName | null
}

type SpokenFor = Readonly<{ window: Window; verdict: VerdictName; reason: string }>

export interface SortedWindows {
  readonly taken: readonly Window[]
  readonly leftOut: readonly SpokenFor[]
  /** Taken, though something was found wrong with them. */
  readonly accepted: readonly SpokenFor[]
  /** Something was found wrong with them, and nobody says what shall be done about it. */
  readonly unspoken: readonly Readonly<{ window: Window; verdict: VerdictName }>[]
}

/**
 * Which windows of a range become the reference. Drift does: that is what is absorbed. Broken or missing data does not
 * unless it is said why; what is missing cannot be accepted, since nobody knows what it was.
 */
export function sortWindows(
  range: readonly RangeWindow[],
  { leaveOut, accept }: Pick<AbsorbRequest, 'leaveOut' | 'accept'>,
): SortedWindows {
  const taken: Window[] = []
  const leftOut: SpokenFor[] = []
  const accepted: SpokenFor[] = []
  const unspoken: { window: Window; verdict: VerdictName }[] = []
  for (const { window, verdict } of range) {
    if (verdict !== 'DATA_QUALITY' && verdict !== 'INCOMPLETE_WINDOW') taken.push(window)
    else if (verdict === 'DATA_QUALITY' && accept !== undefined) {
      taken.push(window)
      accepted.push({ window, verdict, reason: accept })
    } else if (leaveOut !== undefined) leftOut.push({ window, verdict, reason: leaveOut })
    else unspoken.push({ window, verdict })
  }
  return { taken, leftOut, accepted, unspoken }
}

/** Why so many windows and rows are no reference; null: they are one. */
export function tooLittle(
  held: { readonly windows: number; readonly rows: number },
  needed: { readonly windows: number; readonly rows: number },
): string | null {
  if (held.windows < needed.windows) {
    return `${held.windows} of its windows have rows, and ${needed.windows} are needed (retraining.windows)`
  }
  if (held.rows < needed.rows) {
    return `it holds ${held.rows} rows, and ${needed.rows} are needed (detection.minimumRows)`
  }
  return null
}

/** The incidents that an absorption ends: broken data only where it was accepted. */
export const absorbedKinds = (accepted: readonly unknown[]): IncidentKind[] =>
  accepted.length > 0 ? ['DRIFT', 'DATA_QUALITY'] : ['DRIFT']
