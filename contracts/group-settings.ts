import { z } from 'zod'
import { secret } from './secret.ts'

const rolesOfGroups = z
  .record(z.string(), z.array(z.string()))
  .default({})
  .describe('roles that membership in a group brings, by group')

const fileGroups = z.strictObject({
  kind: z.literal('file').describe('a file that somebody keeps'),
  file: z
    .string()
    .min(1)
    .describe('YAML or JSON: people by subject, each with roles and groups; read for every answer'),
  roles: rolesOfGroups,
})
export type FileGroups = z.infer<typeof fileGroups>

const keycloakGroups = z.strictObject({
  kind: z.literal('keycloak').describe("Keycloak's admin API"),
  url: z.url().describe('root of Keycloak, without /realms'),
  realm: z.string().min(1).describe('the realm of the people'),
  clientId: z
    .string()
    .min(1)
    .describe('a confidential client whose service account has view-users of realm-management'),
  clientSecret: secret.describe('its secret, read for every answer'),
  roles: rolesOfGroups,
})
export type KeycloakGroups = z.infer<typeof keycloakGroups>

const scimGroups = z.strictObject({
  kind: z.literal('scim').describe('SCIM 2.0, as most identity providers speak it'),
  url: z.url().describe('root of the service, such as https://id.example.org/scim/v2'),
  token: secret.describe('bearer token, read for every answer'),
  subject: z
    .enum(['id', 'externalId', 'userName'])
    .default('externalId')
    .describe('the attribute that is the subject of the identity provider'),
  roles: rolesOfGroups,
})
export type ScimGroups = z.infer<typeof scimGroups>

/** Where the rights of somebody who answers in chat are asked for. */
export const groupSettings = z.discriminatedUnion('kind', [fileGroups, keycloakGroups, scimGroups])
export type GroupSettings = z.infer<typeof groupSettings>
