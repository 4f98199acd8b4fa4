import { z } from 'zod'
import { problemAnswer } from '../../contracts/api.ts'
import type { Operation } from './operation.ts'

type Json = Record<string, unknown>

const roles: Record<Operation['role'], string> = {
  viewer: 'any of the roles viewer, operator, approver, auditor',
  operator: 'the role operator',
  approver: 'the role approver',
  auditor: 'the role auditor',
  eraser: 'the role eraser',
  gate: 'the role that the release asks for',
  any: 'whoever is signed in',
  chat: 'a chat product, whose signature is checked over the bytes of the request',
  caller: 'the role that guard.role names, or anybody where guard.access is open',
  controller:
    'a controller of deployments that shows gateway.controllerToken, or any of the roles of a viewer',
  nobody: 'anybody',
}

/**
 * The document of these routes, from the schemas by which they are checked.
 * @see https://spec.openapis.org/oas/v3.1.1.html
 */
export function openapiDocument(operations: readonly Operation[]): Json {
  const paths: Record<string, Json> = {}
  for (const operation of operations) {
    const [method = '', route = ''] = operation.route.split(' ')
    const path = route.replace(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [method.toLowerCase()]: describe(operation, method, path) }
  }
  const problem = {
    description: 'What went wrong, by its code (RFC 9457); 429 and 503 carry Retry-After.',
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Driftgate',
      version: '1',
      description: 'Drift of models, and the gate where people answer.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    paths,
    components: {
      schemas: { Problem: schemaOf(problemAnswer, 'output') },
      responses: { Problem: problem },
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
        session: { type: 'apiKey', in: 'cookie', name: 'driftgate_session' },
      },
    },
  }
}

function describe({ role, summary, query, body, answer }: Operation, method: string, path: string) {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
  const ofPath = names.map((name) => ({
    ...{ name, in: 'path', required: true, schema: { type: 'string' } },
  }))
  const parameters = [...ofPath, ...(query ? queryParameters(query) : [])]
  const isPage = answer === 'page'
  const scheme = isPage ? 'session' : 'bearer'
  return {
    operationId: [method.toLowerCase(), ...path.matchAll(/\w+/g)].join('-'),
    summary,
    description: `For ${roles[role]}.`,
    'x-driftgate-role': role,
    security: role === 'nobody' || role === 'chat' ? [] : [{ [scheme]: [] }],
    ...(parameters.length > 0 && { parameters }),
    ...(body && {
      requestBody: {
        required: true,
        content: { 'application/json': { schema: schemaOf(body, 'input') } },
      },
    }),
    responses: {
      '200': { description: summary, content: contentOf(answer) },
      ...(isPage && { '303': { description: 'Leads to another page.' } }),
      default: { $ref: '#/components/responses/Problem' },
    },
  }
}

function contentOf(answer: Operation['answer']): Json {
  if (answer === 'page') return { 'text/html': { schema: { type: 'string' } } }
  if (answer === 'text') return { 'text/plain': { schema: { type: 'string' } } }
  if (answer === 'json') return { 'application/json': { schema: { type: 'object' } } }
  return { 'application/json': { schema: schemaOf(answer, 'output') } }
}

/** What a query may say is text; its type is that of what it is read as, and what has a default is left out. */
function queryParameters(query: z.ZodObject): Json[] {
  const { properties = {} } = schemaOf(query, 'output') as { properties?: Json }
  const { required = [] } = schemaOf(query, 'input') as { required?: string[] }
  return Object.entries(properties).map(([name, schema]) => ({
    ...{ name, in: 'query', schema },
    required: required.includes(name) && (schema as Json)['default'] === undefined,
  }))
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  // What JSON Schema cannot say is left open; the gateway checks it all the same.
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' })
  return rest
}
