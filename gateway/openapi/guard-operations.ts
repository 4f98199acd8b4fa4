import { z } from 'zod'
import { guardJudgement, guardQuery } from '../../contracts/guard-answer.ts'
import type { Operation } from './operation.ts'

const tensor = z.looseObject({
  name: z.string(),
  shape: z.array(z.number().int()),
  datatype: z.string(),
  data: z.array(z.unknown()),
})
/** As much of the Open Inference Protocol as the guard reads; the rest goes on as it is. */
const inference = z.looseObject({ id: z.string().optional(), inputs: z.array(tensor).min(1) })

const infer = {
  role: 'caller',
  body: inference,
  answer: 'json',
  summary:
    "the model's answer to what is not refused; `parameters.guard` is JSON text of what was done, a refused row has null in every output",
} as const
const metadata = {
  role: 'caller',
  answer: 'json',
  summary: "the model server's own answer",
} as const

/** Every route of the guard, a process of its own; a test holds them against those that are registered. */
export const guardOperations: readonly Operation[] = [
  {
    ...{ route: 'POST /v1/guard/:model', role: 'caller', query: guardQuery, body: inference },
    ...{ answer: guardJudgement },
    summary: 'what the guard would do, without asking the model; `dry=true` is not counted',
  },
  { route: 'POST /v2/models/:model/infer', ...infer },
  { route: 'POST /v2/models/:model/versions/:version/infer', ...infer },
  { route: 'GET /v2/models/:model', ...metadata },
  { route: 'GET /v2/models/:model/versions/:version', ...metadata },
  { route: 'GET /v2/models/:model/ready', ...metadata },
  { route: 'GET /v2/models/:model/versions/:version/ready', ...metadata },
  { route: 'GET /v2', role: 'caller', answer: 'json', summary: 'name of the server' },
  {
    ...{ route: 'GET /v2/health/live', role: 'nobody', answer: 'json' },
    summary: 'that the guard answers',
  },
  {
    ...{ route: 'GET /v2/health/ready', role: 'nobody', answer: 'json' },
    summary: '200 when every model can be judged and its model server is ready, else 503 with why',
  },
  { route: 'GET /healthz', role: 'nobody', answer: 'json', summary: 'that the process is well' },
  { route: 'GET /metrics', role: 'nobody', answer: 'text', summary: 'for Prometheus' },
]
