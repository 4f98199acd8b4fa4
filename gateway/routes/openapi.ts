import type { FastifyInstance } from 'fastify'
import { openapiDocument, operations } from '../openapi/index.ts'

/** The routes, for programs that read them. */
export function openapiRoutes(app: FastifyInstance): void {
  const document = openapiDocument(operations)
  app.get('/openapi.json', async () => document)
}
