import { z } from 'zod'
import { absorbInputSchema } from '../../contracts/absorb.ts'
import { stormReleasedSchema } from '../../contracts/admission.ts'
import * as messages from '../../contracts/messages.ts'
import { decisionMessageSchema } from '../../contracts/release.ts'
import { code, generatedNotice, markdownTable, page } from './markdown.ts'

/** What each workflow and message carries. */
const payloads: readonly [string, string, string, z.ZodType][] = [
  [
    'workflow',
    messages.workflowNames.scan,
    'started by the schedule of a model',
    messages.scanInputSchema,
  ],
  [
    'workflow',
    messages.workflowNames.repair,
    'dead letters of a model fetched again',
    messages.repairInputSchema,
  ],
  [
    'workflow',
    messages.workflowNames.reconcile,
    'what is outside, as the cards in chat, made what the record says',
    messages.reconcileInputSchema,
  ],
  [
    'workflow',
    messages.workflowNames.absorb,
    'a reference proposed from what the log holds',
    absorbInputSchema,
  ],
  [
    'workflow',
    messages.workflowNames.steward,
    'the one writer of the life of a model',
    messages.stewardInputSchema,
  ],
  [
    'workflow',
    messages.workflowNames.retrain,
    'one retraining, from submission to comparison',
    messages.retrainInputSchema,
  ],
  [
    'workflow',
    messages.workflowNames.release,
    'one candidate, or one proposed reference, at its gate',
    messages.releaseInputSchema,
  ],
  [
    'Signal to the steward',
    messages.messageNames.verdictReached,
    'a scan reached a verdict',
    messages.verdictMessageSchema,
  ],
  [
    'Signal to the steward',
    messages.messageNames.childEnded,
    'a child ended',
    messages.childEndedSchema,
  ],
  [
    'Signal to the steward',
    messages.messageNames.retrainRequested,
    'a person asks for a retraining',
    messages.retrainRequestSchema,
  ],
  [
    'Signal to the steward',
    messages.messageNames.absorbRequested,
    'a person proposes a reference',
    messages.absorbMessageSchema,
  ],
  [
    'Signal to the steward',
    messages.messageNames.policyRequested,
    'a looser policy of the gate was applied',
    messages.policyMessageSchema,
  ],
  [
    'Signal to the steward',
    messages.messageNames.acknowledged,
    'a person takes care of an incident or of a notice',
    messages.acknowledgeMessageSchema,
  ],
  [
    'Signal to the steward',
    messages.messageNames.stormReleased,
    'a person ended the hold of many models that breached at once',
    stormReleasedSchema,
  ],
  [
    'Signal to the steward',
    messages.messageNames.troubleSeen,
    'something of ours does not work, or works again',
    messages.troubleMessageSchema,
  ],
  [
    'Signal and Update to the release',
    messages.messageNames.decide,
    "a person's answer",
    decisionMessageSchema,
  ],
]

/** `messages.md`: names and shapes that every client of the workflows uses. */
export const messagesPage = (): string =>
  page(
    generatedNotice,
    '# Messages',
    'Every client sends by name. Payloads carry references, never rows or profiles. An event id makes a message count once, however often it arrives.',
    '## Task queues and search attributes',
    markdownTable(
      ['task queue', 'work'],
      Object.values(messages.taskQueues).map((name) => [code(name), queueWork[name]]),
    ),
    markdownTable(
      ['search attribute', 'type'],
      Object.entries(messages.searchAttributes).map(([name, type]) => [code(name), type]),
    ),
    ...payloads.flatMap(([kind, name, meaning, schema]) => [
      `## ${name}`,
      `${kind}: ${meaning}.`,
      ['```json', JSON.stringify(exampleShape(schema), null, 2), '```'].join('\n'),
    ]),
  )

const queueWork = {
  orchestration: 'workflows, and the short activities of steward and release',
  scan: 'reading the log and judging windows',
  training: 'submitting and following training jobs',
  release: 'decisions, promotion, confirmation',
} as const satisfies Record<messages.TaskQueue, string>

/** Member names to types, as people read them. */
function exampleShape(schema: z.ZodType): unknown {
  return shapeOf(z.toJSONSchema(schema, { io: 'output' }) as Shape)
}

interface Shape {
  readonly type?: string
  readonly properties?: Readonly<Record<string, Shape>>
  readonly required?: readonly string[]
  readonly anyOf?: readonly Shape[]
  readonly oneOf?: readonly Shape[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly items?: Shape
}

function shapeOf(shape: Shape): unknown {
  const choices = shape.anyOf ?? shape.oneOf
  if (choices) {
    const shapes = choices.map(shapeOf)
    return shapes.every((each) => typeof each === 'string') ? shapes.join(' | ') : shapes
  }
  if (shape.properties) {
    const members = Object.entries(shape.properties).map(([name, member]) => [
      shape.required?.includes(name) ? name : `${name}?`,
      shapeOf(member),
    ])
    return Object.fromEntries(members)
  }
  if (shape.enum) return shape.enum.join(' | ')
  if (shape.const !== undefined) return String(shape.const)
  if (shape.type === 'array') return [shape.items ? shapeOf(shape.items) : 'any']
  return shape.type ?? 'any'
}
