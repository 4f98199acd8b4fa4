import type { GatePhase } from '../../../contracts/gate-phases.ts'
import type { Outcome } from '../../../contracts/release.ts'
import type { Approval } from './open-gate.ts'
import type { Stage } from './stage.ts'

/** What people do at one gate. In each of them somebody answers, and the release comes to an end. */
export interface Scenario {
  play(stage: Stage): Promise<void>
  /** Whether its traffic moves; `maybe`: who wins is not known beforehand. */
  readonly moves: true | false | 'maybe'
  /** Answers that come before the gate at least. */
  readonly answers: number
  readonly required?: number
  /** The request expires after so much. */
  readonly expiry?: string
  /** It is over so soon that its card may never be changed. */
  readonly brief?: true
  /** What it comes by beside what every release does. */
  readonly also?: readonly (keyof typeof further)[]
  /** Other settings of its gate, of a round that began at `nowMs`. */
  readonly approval?: (nowMs: number) => Approval
  /** Its card is shown, and answered, in a Matrix room. */
  readonly matrix?: true
}

/** A click that is sent again after its gateway died may find itself on record. */
export const decided: readonly Outcome['outcome'][] = ['APPROVED', 'ALREADY_DECIDED']

/** Phases of what only some gates see. */
export const further = {
  reminder: [
    'before gate event',
    'after gate event',
    'before people are told',
    'after people are told',
  ],
  delegation: ['before delegation', 'after delegation'],
  withdrawal: ['before delegation ends', 'after delegation ends'],
  press: [
    'before press is kept',
    'in press, kept',
    'after press is kept',
    'before press is answered',
    'after press is answered',
  ],
  review: ['before review', 'after review', 'before review ends', 'after review ends'],
} as const satisfies Readonly<Record<string, readonly GatePhase[]>>

const furtherPhases = new Map<GatePhase, string>(
  Object.entries(further).flatMap(([name, phases]) =>
    phases.map((phase) => [phase, name] as const),
  ),
)

/** Whether a gate at which this is played comes by a phase. */
export function comesBy({ moves, brief, also = [] }: Scenario, phase: GatePhase): boolean {
  const only = furtherPhases.get(phase)
  if (only !== undefined) return also.some((name) => name === only)
  if (phase.endsWith(' move')) return moves === true
  return !(brief && phase.endsWith('card is updated'))
}
