import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { Person } from '../adapters/identity/index.ts'
import { findIncident } from '../adapters/postgres/incidents.ts'
import { findNotice } from '../adapters/postgres/notices.ts'
import type { Db } from '../adapters/postgres/pool.ts'
import { tellSteward } from '../adapters/temporal/messages.ts'
import { type AcknowledgeAnswer, concernParams } from '../contracts/api.ts'
import { DriftgateError } from '../contracts/errors.ts'
import { type Acknowledged, type Incident, incidentKind } from '../contracts/incident.ts'
import type { Notice } from '../contracts/notice.ts'
import { instant } from '../reports/numbers.ts'
import { askingTemporal } from './ask-temporal.ts'
import type { GatewayDeps } from './deps.ts'
import { mustHave } from './people.ts'

/** So long a person waits for the steward, which answers within a second unless no worker runs. */
const patienceMs = 5_000
const lookMs = 50

/** The id of an incident or of a notice from the parts of a path. */
export function idOf(params: unknown): string {
  const { model, kind, start } = concernParams.parse(params)
  return `${model}/${kind}/${start}`
}

/** Ids of notices name a cause where those of incidents name their kind. */
export const isIncidentId = (id: string): boolean =>
  (incidentKind.options as readonly string[]).includes(id.split('/')[1] ?? '')

/** An incident or a notice by its id. Throws CONCERN_UNKNOWN. */
export async function concernOf(db: Db, id: string): Promise<Incident | Notice> {
  const found = isIncidentId(id) ? await findIncident(db, id) : await findNotice(db, id)
  if (found === null) throw new DriftgateError('CONCERN_UNKNOWN', { id })
  return found
}

/**
 * A person takes care of an incident or a notice: the steward alone writes it down, and the person is told what came of
 * it. The first who says so stays. Errors: NOT_AUTHORISED, CONCERN_UNKNOWN,
 * TOO_MANY_REQUESTS and those of `reach`.
 */
export async function acknowledge(
  deps: GatewayDeps,
  person: Person,
  id: string,
): Promise<AcknowledgeAnswer> {
  deps.limits.decisions(person.subject)
  mustHave(person, 'operator', `acknowledge ${id}`)
  const known = await concernOf(deps.db, id)
  if (isSettled(known)) return answerOf(known, person)
  const eventId = `acknowledge/${id}/${randomUUID()}`
  const message = { eventId, id, person: person.subject, name: person.name }
  await askingTemporal(deps)(() => tellSteward(deps.temporal, known.model, 'acknowledged', message))
  return answerOf(await settled(deps.db, id), person)
}

/** The steward saves what it knows after every event: the record says how it took this one. */
async function settled(db: Db, id: string): Promise<Incident | Notice> {
  const end = performance.now() + patienceMs
  for (;;) {
    const found = await concernOf(db, id)
    if (isSettled(found) || performance.now() > end) return found
    await pause(lookMs)
  }
}

const isSettled = ({ state, acknowledged }: Incident | Notice): boolean =>
  state === 'resolved' || acknowledged !== undefined

function answerOf(concern: Incident | Notice, person: Person): AcknowledgeAnswer {
  const { id, state, resolvedAt, acknowledged = null } = concern
  const answer = (outcome: AcknowledgeAnswer['outcome'], sentence: string): AcknowledgeAnswer => ({
    ...{ schema: 'driftgate-acknowledge/1', id, outcome, sentence, acknowledged },
  })
  if (acknowledged?.by === person.subject) {
    return answer('ACKNOWLEDGED', 'you take care of it, and nobody else is told of it')
  }
  if (acknowledged !== null) return answer('ALREADY_ACKNOWLEDGED', byAnother(acknowledged))
  if (state === 'resolved') {
    return answer('RESOLVED', `it was resolved ${instant(resolvedAt ?? '')}: ${concern.next}`)
  }
  return answer('ASKED', 'the steward has it, and has not answered yet: look again')
}

const byAnother = ({ name, at }: Acknowledged): string =>
  `${name} takes care of it since ${instant(at)}`
