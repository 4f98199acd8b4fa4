import { absorbAnswer, absorbRequest } from '../../contracts/absorb.ts'
import * as api from '../../contracts/api.ts'
import { backfillAnswer, backfillRequest } from '../../contracts/backfill.ts'
import { deadLettersAnswer, deadLettersQuery, repairAnswer } from '../../contracts/dead-letters.ts'
import { erasureAnswer, erasureRequest, erasuresAnswer } from '../../contracts/erasure.ts'
import { inferredAnswer, inferredQuery } from '../../contracts/inferred-features.ts'
import { recomputeAnswer, recomputeRequest } from '../../contracts/recompute.ts'
import { referenceAnswer, referenceUpload } from '../../contracts/reference-upload.ts'
import {
  releaseStormAnswer,
  releaseStormRequest,
  retrainingAnswer,
} from '../../contracts/retraining-answer.ts'
import type { Operation } from './operation.ts'

/** What operators start, and how it stands. */
export const workOperations: readonly Operation[] = [
  {
    ...{ route: 'POST /v1/models/:model/scan', role: 'operator', answer: api.scanAnswer },
    body: api.scanRequest,
    summary: 'starts a scan of the window due at that time, and answers at once',
  },
  {
    ...{ route: 'GET /v1/models/:model/scans/:scan', role: 'viewer', answer: api.scanAnswer },
    summary: 'how it stands, and its verdict',
  },
  {
    ...{ route: 'POST /v1/models/:model/retrain', role: 'operator', answer: api.retrainAnswer },
    body: api.retrainBody,
    summary: 'tells the steward; whoever asks may not approve',
  },
  {
    ...{ route: 'GET /v1/retraining', role: 'viewer', answer: retrainingAnswer },
    summary: 'what of the retraining budget is spent, which models wait, and what holds them all',
  },
  {
    ...{ route: 'POST /v1/retraining/release', role: 'operator', answer: releaseStormAnswer },
    body: releaseStormRequest,
    summary: 'ends the hold of many models that breached at once, and tells those that wait',
  },
  {
    route: 'POST /v1/models/:model/incidents/:kind/:start/acknowledge',
    ...{ role: 'operator', answer: api.acknowledgeAnswer },
    summary:
      'says who takes care of an incident or of a notice, by the parts of its id; nobody else is told of it then',
  },
  {
    route: 'GET /v1/models/:model/dead-letters',
    ...{ role: 'viewer', query: deadLettersQuery, answer: deadLettersAnswer },
    summary: 'what could not be read, by cause with an example; kept bytes only for operators',
  },
  {
    ...{ route: 'POST /v1/models/:model/repair', role: 'operator', answer: repairAnswer },
    summary: 'fetches the dead letters again, and answers at once',
  },
  {
    ...{ route: 'GET /v1/models/:model/repair', role: 'viewer', answer: repairAnswer },
    summary: 'how the last of these stands, and what it could read',
  },
  {
    ...{ route: 'POST /v1/models/:model/backfill', role: 'operator', answer: backfillAnswer },
    body: backfillRequest,
    summary: 'reads older records into the reading in force, and answers at once',
  },
  {
    ...{ route: 'GET /v1/models/:model/backfill', role: 'viewer', answer: backfillAnswer },
    summary: 'how the last of these stands: offsets wanted and read, and what became of them',
  },
  {
    route: 'POST /v1/models/:model/backfill/cancel',
    role: 'operator',
    summary: 'stops it; what was read stays',
    answer: backfillAnswer,
  },
  {
    ...{ route: 'POST /v1/models/:model/absorb', role: 'operator', answer: absorbAnswer },
    body: absorbRequest,
    summary:
      'proposes what the log holds as the reference, and answers at once; whoever asks may not approve',
  },
  {
    ...{ route: 'GET /v1/models/:model/absorb/:ask', role: 'viewer', answer: absorbAnswer },
    summary: 'how it stands: the proposal with its preview, and the release that it became',
  },
  {
    ...{ route: 'POST /v1/models/:model/recompute', role: 'operator', answer: recomputeAnswer },
    body: recomputeRequest,
    summary:
      'judges the verdicts of windows that start in [from, to) again, at most 50 windows or 15 seconds of them, and answers at once',
  },
  {
    ...{ route: 'GET /v1/models/:model/recompute', role: 'viewer', answer: recomputeAnswer },
    query: recomputeRequest,
    summary:
      'how that stands: `same`, `differs`, `not kept` or `failed` for each, and with which window to go on',
  },
  {
    ...{ route: 'POST /v1/models/:model/erasures', role: 'eraser', answer: erasureAnswer },
    body: erasureRequest,
    summary:
      'erases a prediction from everything that is kept but the counts, and answers at once; `dryRun` only tells what would go',
  },
  {
    ...{ route: 'GET /v1/models/:model/erasures', role: 'viewer', answer: erasuresAnswer },
    summary: 'erasures on record, the newest first: who asked, why, and what was removed',
  },
  {
    ...{ route: 'GET /v1/models/:model/erasures/:number', role: 'viewer', answer: erasureAnswer },
    summary: 'how one stands',
  },
  {
    ...{ route: 'POST /v1/models/:model/references', role: 'operator', answer: referenceAnswer },
    body: referenceUpload,
    summary: 'makes rows of your own the reference of a version that was trained elsewhere',
  },
  {
    ...{ route: 'GET /v1/topics/:topic/features', role: 'operator', answer: inferredAnswer },
    query: inferredQuery,
    summary: 'types, ranges and categories that the newest records (JSON) speak for',
  },
]
