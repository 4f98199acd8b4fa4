interface Text {
  readonly type: string
  readonly text: string
}
interface Element {
  readonly type: string
  readonly text?: Text | string
  readonly url?: string
  readonly value?: string
  readonly action_id?: string
}
export interface Block {
  readonly type: string
  readonly block_id?: string
  readonly text?: Text
  readonly elements?: readonly Element[]
}

/**
 * What Slack says of blocks that it would not take; null: it takes them.
 * @see https://docs.slack.dev/reference/block-kit/blocks
 */
export function invalidBlocks(blocks: readonly Block[]): string | null {
  if (blocks.length > 50) return 'no more than 50 items allowed'
  const ids = blocks.flatMap(({ block_id }) => block_id ?? [])
  if (new Set(ids).size < ids.length) return 'duplicated block_id'
  for (const block of blocks) {
    const wrong = rules[block.type]?.(block) ?? (rules[block.type] ? null : 'unsupported type')
    if (wrong !== null) return `${block.type}: ${wrong}`
  }
  return null
}

const length = (what: string, text: string | undefined, most: number): string | null =>
  text === undefined || text.length === 0 || text.length > most
    ? `${what} must have 1 to ${most} characters, not ${text?.length ?? 0}`
    : null

const rules: Readonly<Record<string, (block: Block) => string | null>> = {
  header: ({ text }) =>
    text?.type === 'plain_text' ? length('text', text.text, 150) : 'text must be plain_text',
  section: ({ text }) => length('text', text?.text, 3_000),
  context: ({ elements = [] }) =>
    elements.length < 1 || elements.length > 10
      ? 'must have 1 to 10 elements'
      : first(elements.map(({ text }) => length('element', textOf(text), 2_000))),
  actions: ({ elements = [] }) =>
    elements.length < 1 || elements.length > 25
      ? 'must have 1 to 25 elements'
      : first(elements.map(button)),
}

const button = ({ text, url, value, action_id }: Element): string | null =>
  length('button text', textOf(text), 75) ??
  length('action_id', action_id, 255) ??
  (url === undefined ? null : length('url', url, 3_000)) ??
  (value === undefined ? null : length('value', value, 2_000))

const textOf = (text: Text | string | undefined): string | undefined =>
  typeof text === 'string' ? text : text?.text

const first = (found: readonly (string | null)[]): string | null =>
  found.find((each) => each !== null) ?? null
