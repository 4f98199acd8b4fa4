import type { FastifyInstance } from 'fastify'
import type { z } from 'zod'
import type { meAnswer, signInAnswer } from '../../contracts/api.ts'
import type { GatewayDeps } from '../deps.ts'
import { personOf } from '../people.ts'

/** Who am I, and how do I become somebody. */
export function personRoutes(app: FastifyInstance, { identity, settings }: GatewayDeps): void {
  app.get('/me', async (request): Promise<z.infer<typeof meAnswer>> => {
    const { subject, name, roles, groups } = await personOf(identity, request)
    return { schema: 'driftgate-me/1', subject, name, roles: [...roles], groups: [...groups] }
  })

  app.get('/sign-in', async (): Promise<z.infer<typeof signInAnswer>> => {
    const { issuer, clientId } = settings.gateway
    return { schema: 'driftgate-sign-in/1', issuer, clientId }
  })
}
