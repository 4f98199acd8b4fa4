import {
  delegationAnswer,
  delegationRequest,
  delegationsAnswer,
} from '../../contracts/delegation.ts'
import { outcomeSchema } from '../../contracts/release.ts'
import { reviewRequest, reviewsAnswer } from '../../contracts/review.ts'
import { orderRequest, reinstateAnswer, reinstateRequest } from '../../contracts/rollout.ts'
import type { Operation } from './operation.ts'

/** What belongs to the gate beside the answers: who answers for whom, and what is reviewed afterwards. */
export const gateOperations: readonly Operation[] = [
  {
    ...{ route: 'GET /v1/reviews', role: 'viewer', answer: reviewsAnswer },
    summary: 'releases whose glass was broken and that nobody has reviewed, the most urgent first',
  },
  {
    ...{ route: 'POST /v1/releases/:model/:n/review', role: 'gate', answer: outcomeSchema },
    body: reviewRequest,
    summary: 'upholds what was approved by breaking the glass, or objects to it',
  },
  {
    ...{ route: 'POST /v1/releases/:model/:n/orders', role: 'gate', answer: outcomeSchema },
    body: orderRequest,
    summary:
      'pauses, resumes, aborts or rolls back a release whose traffic moves or moved; operators may take traffic away, too',
  },
  {
    ...{
      route: 'POST /v1/releases/:model/:n/reinstate',
      role: 'operator',
      answer: reinstateAnswer,
    },
    body: reinstateRequest,
    summary: 'asks once more, at the gate, for a release that was rolled back',
  },
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
