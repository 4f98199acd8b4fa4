import { flaggerAnswer, flaggerPayload } from '../../contracts/flagger.ts'
import { argoQuery, argoVerdict } from '../../contracts/verdicts-since.ts'
import type { Operation } from './operation.ts'

const flagger = { role: 'controller', body: flaggerPayload, answer: flaggerAnswer } as const
const go =
  'a webhook of Flagger: 200 when the release is approved for exactly this version, else `GATE_CLOSED` (409)'

/** What controllers of deployments ask. */
export const controllerOperations: readonly Operation[] = [
  { route: 'POST /v1/flagger/confirm-rollout', ...flagger, summary: go },
  { route: 'POST /v1/flagger/confirm-traffic-increase', ...flagger, summary: go },
  { route: 'POST /v1/flagger/confirm-promotion', ...flagger, summary: go },
  {
    ...{ route: 'POST /v1/flagger/rollback', ...flagger },
    summary:
      'a webhook of Flagger: 200 when the release ended without this version, else `ROLLBACK_NOT_ASKED` (409)',
  },
  {
    ...{ route: 'POST /v1/flagger/event', ...flagger },
    summary: 'what Flagger tells; it goes to the log of the gateway',
  },
  {
    route: 'GET /v1/argo/models/:model/verdict',
    ...{ role: 'controller', query: argoQuery, answer: argoVerdict },
    summary:
      'for a `web` metric of Argo Rollouts: the worst verdict of windows since then, `UNDECIDED` without data',
  },
]
