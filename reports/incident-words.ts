import type { Incident, IncidentKind } from '../contracts/incident.ts'
import type { StateName } from './vocabulary.ts'

const looks: Readonly<Record<IncidentKind, { state: StateName; word: string }>> = {
  DRIFT: { state: 'drifted', word: 'drift' },
  DATA_QUALITY: { state: 'failed', word: 'broken input' },
  PERFORMANCE: { state: 'drifted', word: 'worse performance' },
}

/** How an open incident looks. */
export const openStateOf = ({ kind }: Pick<Incident, 'kind'>): StateName => looks[kind].state

/** "drift", "worse performance, estimated": what it is, and that nobody has measured it yet. */
export const incidentWord = ({ kind, by }: Pick<Incident, 'kind' | 'by'>): string =>
  `${looks[kind].word}${by === 'estimate' ? ', estimated' : ''}`

/** Of performance: how it is known; null: it is another kind. */
export const knownBy = ({ by }: Pick<Incident, 'by'>): string | null =>
  by === undefined
    ? null
    : by === 'labels'
      ? 'Realised: it is measured by labels.'
      : 'Estimated: no labels have confirmed it yet.'
