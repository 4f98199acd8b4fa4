/** Someone who can sign in at the local identity server: no password, nothing secret. */
export interface LocalPerson {
  readonly id: string
  readonly name: string
  readonly roles: readonly string[]
  readonly groups: readonly string[]
}

/** The ready-made people: two who may decide, one who runs things, one who may erase, one who only looks. */
export const people: readonly LocalPerson[] = [
  { id: 'viewer', name: 'Viewer', roles: ['viewer'], groups: [] },
  { id: 'approver', name: 'Approver', roles: ['approver', 'viewer'], groups: ['business'] },
  {
    id: 'other-approver',
    name: 'Other Approver',
    roles: ['approver', 'viewer'],
    groups: ['risk'],
  },
  { id: 'operator', name: 'Operator', roles: ['operator', 'viewer'], groups: ['operations'] },
  { id: 'eraser', name: 'Eraser', roles: ['eraser', 'viewer'], groups: [] },
]

export const findPerson = (id: unknown): LocalPerson | undefined =>
  people.find((person) => person.id === id)
