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
  readonly confirm?: {
    readonly title?: Text
    readonly text?: Text
    readonly confirm?: Text
    readonly deny?: Text
  }
}
export interface Block {
  readonly type: string
  readonly block_id?: string
  readonly text?: Text
  readonly elements?: readonly Element[]
  readonly image_url?: string
  readonly slack_file?: { readonly id?: string; readonly url?: string }
  readonly alt_text?: string
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
  image: ({ image_url, slack_file, alt_text }) =>
    (image_url === undefined) === (slack_file === undefined)
      ? 'must have either image_url or slack_file'
      : length('alt_text', alt_text, 2_000),
  context: ({ elements = [] }) =>
    elements.length < 1 || elements.length > 10
      ? 'must have 1 to 10 elements'
      : first(elements.map(({ text }) => length('element', textOf(text), 2_000))),
  actions: ({ elements = [] }) =>
    elements.length < 1 || elements.length > 25
      ? 'must have 1 to 25 elements'
      : (duplicated(elements) ?? first(elements.map(button))),
}

const duplicated = (elements: readonly Element[]): string | null => {
  const ids = elements.map(({ action_id }) => action_id)
  return new Set(ids).size < ids.length ? 'duplicated action_id' : null
}

/** @see https://docs.slack.dev/reference/views/modal-views */
export function invalidView(view: {
  type?: string
  title?: Text
  submit?: Text
  private_metadata?: string
  callback_id?: string
}): string | null {
  if (view.type !== 'modal') return 'type must be modal'
  return (
    length('title', view.title?.text, 24) ??
    length('submit', view.submit?.text, 24) ??
    length('private_metadata', view.private_metadata, 3_000) ??
    length('callback_id', view.callback_id, 255)
  )
}

const button = ({ text, url, value, action_id, confirm }: Element): string | null =>
  length('button text', textOf(text), 75) ??
  length('action_id', action_id, 255) ??
  (url === undefined ? null : length('url', url, 3_000)) ??
  (value === undefined ? null : length('value', value, 2_000)) ??
  (confirm === undefined
    ? null
    : (length('confirm title', confirm.title?.text, 100) ??
      length('confirm text', confirm.text?.text, 300) ??
      length('confirm button', confirm.confirm?.text, 30) ??
      length('deny button', confirm.deny?.text, 30)))

const textOf = (text: Text | string | undefined): string | undefined =>
  typeof text === 'string' ? text : text?.text

const first = (found: readonly (string | null)[]): string | null =>
  found.find((each) => each !== null) ?? null
