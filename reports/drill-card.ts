import type { Card } from '../contracts/card.ts'
import type { Drill } from '../contracts/drill.ts'
import { drillInWords, stationInWords } from './drill-words.ts'
import { instant } from './numbers.ts'
import { states } from './vocabulary.ts'

export interface DrillCardInput {
  readonly drill: Drill
  readonly environment: string
  /** Of the home page, which says when delivery was last proven ready. */
  readonly link: string
}

/** A drill as chat shows it: marked as one from its first word on, and with nothing to press. */
export function drillCard({ drill, environment, link }: DrillCardInput): Card {
  const { state, model, startedAt, endedAt, stations } = drill
  const open = state === 'running'
  const icon = states[open ? 'running' : state === 'ready' ? 'ok' : 'failed'].icon
  return {
    schema: 'driftgate-card/1',
    subject: { kind: 'drill', id: drill.drill },
    ...{ environment, model },
    state: open ? 'open' : 'resolved',
    headline: `${icon} DRILL, nothing to do: ${model} ${open ? 'rehearses a release' : drillInWords(drill)}`,
    why: [
      `This is a drill: the champion rehearses a release, and no traffic moves.`,
      `Started ${instant(startedAt)}${endedAt === null ? '' : `, ended ${instant(endedAt)}`}.`,
    ],
    good: [],
    sure: [],
    risk: [],
    next: open ? ['An identity of its own answers it; nobody else can.'] : [],
    ifNobody: null,
    who: null,
    until: null,
    // What changes while it runs is told at its end: a channel of drills need not be revised at every step.
    answers: open ? [] : stations.map(stationInWords),
    evidenceDigest: drill.digest,
    link,
    actions: [],
    picture: null,
    anew: null,
  }
}
