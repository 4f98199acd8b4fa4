/**
 * Who belongs where, asked at the moment somebody answers, so that rights that were taken away are gone at once. An entry
 * is one file next to this one and one line in `index.ts`.
 *
 * What every entry promises:
 * - It reads only, and what it says is as of the call: nothing is remembered.
 * - Somebody unknown or disabled there is null, never a person without rights, and never an error.
 * - "Could not be asked" (GROUPS_UNREACHABLE, retryable) is told from "refuses us" (GROUPS_REFUSED); neither ever counts as
 *   rights.
 * - No call takes longer than `groupsTimeoutMs`, and no error holds a secret.
 */
export interface GroupSource {
  /** As in `gateway.groups.kind` of the configuration; decisions name it. */
  readonly kind: string
  /** Where it is, for messages. */
  readonly address: string
  /** By the subject that the identity provider gives a person. */
  membershipOf(subject: string): Promise<Membership | null>
  /** What was found, for `driftgate check`. */
  probe(): Promise<string>
}

export interface Membership {
  readonly roles: readonly string[]
  readonly groups: readonly string[]
}

export const groupsTimeoutMs = 5_000
