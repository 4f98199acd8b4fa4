import { drillAnswer, drillDecision, drillsAnswer, drillsQuery } from '../../contracts/drill.ts'
import { outcomeSchema } from '../../contracts/release.ts'
import type { Operation } from './operation.ts'

/** Rehearsals of releases. */
export const drillOperations: readonly Operation[] = [
  {
    ...{ route: 'POST /v1/models/:model/drills', role: 'operator', answer: drillAnswer },
    summary:
      'starts a drill, which walks the way of a release without moving traffic, and answers at once',
  },
  {
    ...{ route: 'GET /v1/models/:model/drills', role: 'viewer', answer: drillsAnswer },
    query: drillsQuery,
    summary: 'drills, the newest first, and when delivery was last proven ready',
  },
  {
    ...{ route: 'GET /v1/models/:model/drills/:n', role: 'viewer', answer: drillAnswer },
    summary: 'how one stands, station by station',
  },
  {
    route: 'POST /v1/models/:model/drills/:n/answer',
    ...{ role: 'any', body: drillDecision, answer: outcomeSchema },
    summary: 'the answer of the identity of drills, which answers nothing else; refused to people',
  },
]
