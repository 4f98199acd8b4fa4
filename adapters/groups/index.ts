import type { GroupSettings } from '../../contracts/group-settings.ts'
import type { Secret } from '../../contracts/secret.ts'
import { fileGroups } from './file.ts'
import type { GroupSource } from './group-source.ts'
import { keycloakGroups } from './keycloak.ts'
import { scimGroups } from './scim.ts'

export type { GroupSource, Membership } from './group-source.ts'

type ReadSecret = (secret: Secret, name: string) => string
type Open<Kind> = (
  settings: Extract<GroupSettings, { kind: Kind }>,
  readSecret: ReadSecret,
) => GroupSource

/** Every kind of group source, one line each. */
export const groupSources: { readonly [Kind in GroupSettings['kind']]: Open<Kind> } = {
  file: fileGroups,
  keycloak: keycloakGroups,
  scim: scimGroups,
}

/** The source that the configuration names, and null without one. Nothing is asked yet. */
export function openGroups(
  settings: GroupSettings | undefined,
  readSecret: ReadSecret,
): GroupSource | null {
  if (settings === undefined) return null
  const source = (groupSources[settings.kind] as Open<string>)(settings as never, readSecret)
  return {
    ...source,
    async membershipOf(subject) {
      const found = await source.membershipOf(subject)
      if (found === null) return null
      const brought = found.groups.flatMap((group) =>
        Object.hasOwn(settings.roles, group) ? (settings.roles[group] ?? []) : [],
      )
      return { ...found, roles: [...new Set([...found.roles, ...brought])] }
    },
  }
}
