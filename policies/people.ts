import type { PeopleSettings } from '../contracts/people-settings.ts'

/** Whose account it is: by the configuration, else by what the identity provider tells people apart with, else itself. */
export function personOfAccount(
  people: PeopleSettings,
  { subject, person }: { readonly subject: string; readonly person?: string | undefined },
): string {
  const names = person === undefined ? [subject] : [subject, person]
  const found = Object.entries(people).find(([, accounts]) =>
    accounts.some((account) => names.includes(account)),
  )
  return found?.[0] ?? person ?? subject
}
