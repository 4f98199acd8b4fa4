import type { IdentityProvider, Person } from '../../../adapters/identity/index.ts'

const prefix = 'said.'

/** A bearer token that says who it is: signing in is not what is tried here, and roles change between two clicks. */
export const bearerOf = (person: Person): string =>
  `${prefix}${Buffer.from(JSON.stringify(person)).toString('base64url')}`

const notHere = (): never => {
  throw new Error('nobody signs in here')
}

export const saidPerson: IdentityProvider = {
  verifyBearer: async (token) =>
    JSON.parse(Buffer.from(token.slice(prefix.length), 'base64url').toString('utf8')) as Person,
  startSignIn: notHere,
  finishSignIn: notHere,
  probe: async () => {},
}
