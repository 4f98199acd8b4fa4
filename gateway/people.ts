import type { FastifyRequest } from 'fastify'
import type { IdentityProvider, Person } from '../adapters/identity/index.ts'
import { rememberAccount } from '../adapters/postgres/accounts.ts'
import { DriftgateError } from '../contracts/errors.ts'
import type { GatewayDeps } from './deps.ts'

export type Role = 'viewer' | 'operator' | 'approver' | 'auditor' | 'eraser'

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
  const needs = `the role ${role}`
  if (!may) throw new DriftgateError('NOT_AUTHORISED', { person: person.name, action, needs })
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

/** Whose account it is, for as long as there is a record: who asks for something may not approve it with another one. */
export async function rememberAsker(
  { db, clock }: Pick<GatewayDeps, 'db' | 'clock'>,
  { subject, person }: Person,
): Promise<void> {
  if (person !== undefined) await rememberAccount(db, { subject, person }, new Date(clock()))
}

/** By which somebody is meant. */
export const namesOf = ({ subject, person }: Person): string[] =>
  person === undefined ? [subject] : [subject, person]
