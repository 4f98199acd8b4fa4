/** One page of a list, as a SCIM service answers. */
export interface ScimPage<Resource> {
  readonly totalResults: number
  /** Absent: the service does not say where its page begins. */
  readonly startIndex?: number | undefined
  readonly Resources: readonly Resource[]
}

const pageSize = 200
const mostPages = 100

/**
 * Every resource of a list, page by page: a service hands out fewer at once than it was asked for as it likes, and says
 * only how many there are. Null: what it hands out does not add up to that, so that nobody knows who is missing.
 * @see https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.4
 */
export async function allPages<Resource extends { readonly id: string }>(
  ask: (query: { startIndex: string; count: string }) => Promise<ScimPage<Resource> | null>,
): Promise<Resource[] | null> {
  const found = new Map<string, Resource>()
  let given = 0
  for (let page = 0; page < mostPages; page++) {
    const startIndex = given + 1
    const answer = await ask({ startIndex: String(startIndex), count: String(pageSize) })
    if (answer === null) return page === 0 ? [] : null
    const { Resources: resources, totalResults } = answer
    // A service that does not know pages answers with the first one again.
    if ((answer.startIndex ?? startIndex) !== startIndex) return null
    for (const resource of resources) found.set(resource.id, resource)
    given += resources.length
    if (found.size !== given) return null
    if (given >= totalResults) return [...found.values()]
    if (resources.length === 0) return null
  }
  return null
}
