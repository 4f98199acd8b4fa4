import type { FastifyRequest } from 'fastify'
import type { IdentityProvider, Person } from '../adapters/identity/index.ts'
import { DriftgateError } from '../contracts/errors.ts'

export type Role = 'viewer' | 'operator' | 'approver' | 'auditor'

/** Whoever has any of our roles may read. */
const readers: readonly string[] = ['viewer', 'operator', 'approver', 'auditor']

/** The person of the request's bearer token. Throws NOT_SIGNED_IN, IDENTITY_UNREACHABLE. */
export async function personOf(
  identity: IdentityProvider,
  request: FastifyRequest,
): Promise<Person> {
  const token = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
  if (token === undefined) throw new DriftgateError('NOT_SIGNED_IN', { reason: '' })
  return identity.verifyBearer(token)
}

/** Throws NOT_AUTHORISED unless the person has the role. */
export function mustHave(person: Person, role: string, action: string): void {
  const may =
    role === 'viewer'
      ? person.roles.some((each) => readers.includes(each))
      : person.roles.includes(role)
  if (!may) throw new DriftgateError('NOT_AUTHORISED', { person: person.name, action, role })
}

/** Signed in by bearer token, and with the role. */
export async function requirePerson(
  identity: IdentityProvider,
  request: FastifyRequest,
  role: Role,
  action: string,
): Promise<Person> {
  const person = await personOf(identity, request)
  mustHave(person, role, action)
  return person
}
