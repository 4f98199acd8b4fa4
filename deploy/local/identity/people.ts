/** Someone who can sign in at the local identity server: no password, nothing secret. */
export interface LocalPerson {
  readonly id: string
  readonly name: string
  readonly roles: readonly string[]
}

/** The ready-made people: two who may decide, one who runs things, one who only looks. */
export const people: readonly LocalPerson[] = [
  { id: 'viewer', name: 'Viewer', roles: ['viewer'] },
  { id: 'approver', name: 'Approver', roles: ['approver', 'viewer'] },
  { id: 'other-approver', name: 'Other Approver', roles: ['approver', 'viewer'] },
  { id: 'operator', name: 'Operator', roles: ['operator', 'viewer'] },
]

export const findPerson = (id: unknown): LocalPerson | undefined =>
  people.find((person) => person.id === id)
