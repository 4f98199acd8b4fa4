import { keepsRows } from './data-settings.ts'
import type { ModelSettings } from './model-settings.ts'
import type { Finding } from './settings-problem.ts'

type Sections = { readonly [Key in keyof ModelSettings]?: ModelSettings[Key] | undefined }

/** What needs single rows in the database, where `data.rows` keeps none. */
export function checkRows({ data, log, labels }: Sections): Finding[] {
  if (data === undefined || keepsRows({ data })) return []
  const finding = (path: readonly string[], message: string, help: string): Finding => ({
    ...{ path, message, help, atKey: true },
  })
  const findings: Finding[] = []
  if (labels !== undefined) {
    findings.push(
      finding(
        ['labels'],
        'labels are joined to rows of single predictions, and data.rows: never keeps none',
        'take labels out, and with them measured performance and retraining; or make data.rows needed',
      ),
    )
  }
  if (log?.kind === 'pair') {
    findings.push(
      finding(
        ['log', 'kind'],
        'requests and responses wait for each other in the database, and data.rows: never keeps none',
        'read records that hold both, or make data.rows needed',
      ),
    )
  }
  if (log !== undefined && log.dedupe !== 'none') {
    findings.push(
      finding(
        ['log', 'dedupe'],
        'rows wait in the database until repetitions are told, and data.rows: never keeps none',
        'take log.dedupe out, or make data.rows needed',
      ),
    )
  }
  if (log?.keepBadBytes === true) {
    findings.push(
      finding(
        ['log', 'keepBadBytes'],
        'unreadable records are single rows, and data.rows: never keeps none',
        'take log.keepBadBytes out, or make data.rows needed',
      ),
    )
  }
  return findings
}

type Models = Readonly<Record<string, Pick<ModelSettings, 'data' | 'log'>>>

/**
 * A record that cannot be read is a dead letter of every model that reads its topic, whosever it is: what one of them asks
 * for holds for all.
 */
export function checkSharedTopics(models: Models): Finding[] {
  const all = Object.entries(models)
  return all.flatMap(([name, model]) => {
    const beside = all.filter(([other, { log }]) => other !== name && log.topic === model.log.topic)
    const stricter = beside.find(([, other]) => strictness(other) > strictness(model))
    if (stricter === undefined) return []
    const [other, { data }] = stricter
    const wanted = data.rows === 'never' ? 'data.rows: never' : 'data.encryption'
    return [
      {
        path: ['models', name, 'log', 'topic'],
        message: `${other} reads the topic too, with ${wanted}: its unreadable records would be kept here as they are`,
        help: `give ${name} ${wanted} too, or the models topics of their own`,
      },
    ]
  })
}

const strictness = ({ data }: Models[string]): number =>
  data.rows === 'never' ? 2 : Number(data.encryption !== undefined)
