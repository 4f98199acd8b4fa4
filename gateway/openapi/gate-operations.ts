import {
  delegationAnswer,
  delegationRequest,
  delegationsAnswer,
} from '../../contracts/delegation.ts'
import type { Operation } from './operation.ts'

/** What belongs to the gate beside the answers: who answers for whom. */
export const gateOperations: readonly Operation[] = [
  {
    ...{ route: 'GET /v1/delegations', role: 'viewer', answer: delegationsAnswer },
    summary: 'rights to answer that are handed over now or later, the newest first',
  },
  {
    ...{ route: 'POST /v1/delegations', role: 'gate', answer: delegationAnswer },
    body: delegationRequest,
    summary: "hands one's own right to answer to somebody for at most 31 days",
  },
  {
    route: 'POST /v1/delegations/:delegation/end',
    ...{ role: 'any', answer: delegationAnswer },
    summary: 'takes it back, by either of the two',
  },
]
