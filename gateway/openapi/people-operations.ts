import * as api from '../../contracts/api.ts'
import { applyAnswer, applyRequest, configAnswer, planRequest } from '../../contracts/apply.ts'
import { auditAnswer, auditQuery } from '../../contracts/audit.ts'
import { outcomeSchema, releaseViewSchema } from '../../contracts/release.ts'
import type { Operation } from './operation.ts'

/** Releases and answers to them, the configuration, who is who, and what supervisors ask. */
export const peopleOperations: readonly Operation[] = [
  {
    ...{ route: 'GET /v1/releases', role: 'viewer', answer: api.releasesAnswer },
    query: api.releasesQuery,
    summary: 'the newest first',
  },
  {
    ...{ route: 'GET /v1/releases/:model/:n', role: 'viewer', answer: releaseViewSchema },
    summary: 'evidence, digest, answers so far',
  },
  {
    ...{ route: 'POST /v1/releases/:model/:n/decisions', role: 'gate', answer: outcomeSchema },
    body: api.decisionRequest,
    summary: 'the outcome of the answer',
  },
  {
    ...{ route: 'POST /v1/releases/:model/:n/tokens', role: 'gate', answer: api.tokenAnswer },
    body: api.tokenRequest,
    summary: 'a one-use token, and where a Signal with it goes',
  },
  {
    ...{ route: 'GET /v1/audit', role: 'viewer', query: auditQuery, answer: auditAnswer },
    summary: 'the chain of decisions after a number, at most 500, with the evidence they were on',
  },
  {
    ...{ route: 'GET /v1/config', role: 'viewer', answer: configAnswer },
    summary: 'the configuration in force, secrets hidden',
  },
  {
    route: 'PUT /v1/config',
    ...{ role: 'operator', body: applyRequest, answer: applyAnswer },
    summary: 'stores a version, makes the schedules match, answers the difference',
  },
  {
    route: 'POST /v1/config/plan',
    ...{ role: 'viewer', body: planRequest, answer: applyAnswer },
    summary: 'what applying it would change; changes nothing',
  },
  {
    ...{ route: 'GET /v1/me', role: 'any', answer: api.meAnswer },
    summary: 'who the token names',
  },
  {
    ...{ route: 'GET /v1/sign-in', role: 'nobody', answer: api.signInAnswer },
    summary: 'issuer and client for a terminal',
  },
  {
    ...{ route: 'GET /v1/openapi.json', role: 'nobody', answer: 'json' },
    summary: 'this document',
  },
  {
    ...{ route: 'GET /healthz', role: 'nobody', answer: api.healthAnswer },
    summary: 'that the process lives',
  },
  {
    ...{ route: 'GET /readyz', role: 'nobody', answer: api.healthAnswer },
    summary:
      'that PostgreSQL, Temporal and the identity provider answer, and that it is not about to end; else `GATEWAY_NOT_READY` (503)',
  },
  {
    ...{ route: 'GET /metrics', role: 'nobody', answer: 'text' },
    summary: 'series for Prometheus',
  },
  {
    ...{ route: 'POST /chat/:kind/:name', role: 'chat', answer: 'json' },
    summary:
      'what people pressed in the chat channel of that kind and name; acknowledged once it is kept',
  },
  {
    ...{ route: 'PUT /chat/:kind/:name/*', role: 'chat', answer: 'json' },
    summary: 'the same, for products that put what they tell below an address',
  },
]
