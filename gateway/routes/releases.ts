import type { FastifyInstance } from 'fastify'
import type { z } from 'zod'
import { openReviews } from '../../adapters/postgres/reviews.ts'
import {
  decisionRequest,
  releaseParams,
  type releasesAnswer,
  releasesQuery,
  type TokenAnswer,
  tokenRequest,
} from '../../contracts/api.ts'
import { DriftgateError } from '../../contracts/errors.ts'
import { messageNames, workflowId } from '../../contracts/messages.ts'
import type { Outcome, ReleaseView } from '../../contracts/release.ts'
import { reviewRequest, type reviewsAnswer } from '../../contracts/review.ts'
import { orderRequest, reinstateRequest } from '../../contracts/rollout.ts'
import { decideRelease, issueToken } from '../decide.ts'
import type { GatewayDeps } from '../deps.ts'
import { orderRelease } from '../order.ts'
import { personOf, requirePerson } from '../people.ts'
import { reinstateRelease } from '../reinstate.ts'
import { reviewRelease } from '../review.ts'
import { shownPolicies, shownRelease, shownReleases } from '../shown-releases.ts'

/** Releases, and the answers to them. The approver is whoever the bearer token names. */
export function releaseRoutes(app: FastifyInstance, deps: GatewayDeps): void {
  const { identity, settings } = deps

  app.get('/releases', async (request): Promise<z.infer<typeof releasesAnswer>> => {
    await requirePerson(identity, request, 'viewer', 'look at releases')
    const query = releasesQuery.parse(request.query)
    const releases = await shownReleases(deps, query)
    const policies = await shownPolicies(deps, query.model)
    return { schema: 'driftgate-releases/1', releases, policies }
  })

  app.get('/releases/:model/:n', async (request): Promise<ReleaseView> => {
    await requirePerson(identity, request, 'viewer', 'look at releases')
    const release = nameOf(request.params)
    const view = await shownRelease(deps, release)
    if (view === null) throw new DriftgateError('RELEASE_UNKNOWN', { release })
    return view
  })

  app.post('/releases/:model/:n/decisions', async (request): Promise<Outcome> => {
    const person = await personOf(identity, request)
    const decision = decisionRequest.parse(request.body)
    const outcome = await decideRelease(deps, person, nameOf(request.params), decision)
    request.log.info({ person: person.subject, answer: decision.answer, outcome }, 'decision')
    return outcome
  })

  app.post('/releases/:model/:n/orders', async (request): Promise<Outcome> => {
    const person = await personOf(identity, request)
    const asked = orderRequest.parse(request.body)
    const outcome = await orderRelease(deps, person, nameOf(request.params), asked)
    request.log.info({ person: person.subject, command: asked.command, outcome }, 'order')
    return outcome
  })

  app.post('/releases/:model/:n/reinstate', async (request) => {
    const person = await requirePerson(identity, request, 'operator', 'ask for a release once more')
    const { reason } = reinstateRequest.parse(request.body)
    const answer = await reinstateRelease(deps, person, nameOf(request.params), reason)
    request.log.info({ person: person.subject, ...answer }, 'reinstate')
    return answer
  })

  app.get('/reviews', async (request): Promise<z.infer<typeof reviewsAnswer>> => {
    await requirePerson(identity, request, 'viewer', 'look at reviews')
    const open = await openReviews(deps.db)
    const views = await Promise.all(open.map(({ release }) => shownRelease(deps, release)))
    return { schema: 'driftgate-reviews/1', releases: views.filter((view) => view !== null) }
  })

  app.post('/releases/:model/:n/review', async (request): Promise<Outcome> => {
    const person = await personOf(identity, request)
    const asked = reviewRequest.parse(request.body)
    const outcome = await reviewRelease(deps, person, nameOf(request.params), asked)
    request.log.info({ person: person.subject, answer: asked.answer, outcome }, 'review')
    return outcome
  })

  app.post('/releases/:model/:n/tokens', async (request): Promise<TokenAnswer> => {
    const person = await personOf(identity, request)
    const release = nameOf(request.params)
    const binding = tokenRequest.parse(request.body)
    const issued = await issueToken(deps, person, release, binding)
    request.log.info({ person: person.subject, release, answer: binding.answer }, 'token issued')
    const { address, namespace, prefix } = settings.temporal
    return {
      schema: 'driftgate-token/1',
      ...issued,
      signal: {
        address,
        namespace,
        workflowId: workflowId.release(prefix, release),
        name: messageNames.decide,
      },
    }
  })
}

/** `<model>/<n>` of the path. */
export function nameOf(params: unknown): string {
  const { model, n } = releaseParams.parse(params)
  return `${model}/${n}`
}
