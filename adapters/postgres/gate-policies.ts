import type { Settings } from '../../contracts/config.ts'
import { type GateRules, gateRules, rulesOf } from '../../contracts/gate-rules.ts'
import type { Db } from './pool.ts'

export interface GatePolicyRow {
  readonly model: string
  /** Where the versions take the traffic that it protects. */
  readonly place: string
  readonly rules: GateRules
  readonly digest: string
  readonly configVersion: number
  /** By whose approval it came into force; null: it was no looser than the one before. */
  readonly release: string | null
}

/** Whoever applies a configuration or puts a policy in force takes turns under this name. */
export const policyTurn = 'gate-policies'

const columns = `model, place, rules, digest, config_version::int as "configVersion", release`

/** The latest policy of a model that came into force; null: none was ever stored. */
export async function findPolicy(db: Db, model: string): Promise<GatePolicyRow | null> {
  const { rows } = await db.query<GatePolicyRow>(
    `select ${columns} from gate_policies where model = $1 order by id desc limit 1`,
    [model],
  )
  return rows[0] === undefined ? null : parsed(rows[0])
}

/** Whether a release has put its policy in force, whatever came after. */
export async function hasComeIntoForce(db: Db, release: string): Promise<boolean> {
  const { rows } = await db.query('select 1 from gate_policies where release = $1', [release])
  return rows.length > 0
}

/** Of every model the latest policy at each place that it ever had, the oldest first. */
export async function keptPolicies(db: Db): Promise<GatePolicyRow[]> {
  const { rows } = await db.query<GatePolicyRow>(
    `select ${columns} from gate_policies
     where id in (select max(id) from gate_policies group by model, place) order by id`,
  )
  return rows.map(parsed)
}

/** From `since` on it is in force. */
export async function insertPolicy(
  db: Db,
  { model, place, rules, digest, configVersion, release }: GatePolicyRow,
  since: Date,
): Promise<void> {
  await db.query(
    `insert into gate_policies (model, place, rules, digest, config_version, release, since)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [model, place, JSON.stringify(rules), digest, configVersion, release, since],
  )
}

/** Every policy in force, of models that are configured no more too, by model. */
export async function policiesInForce(db: Db): Promise<Map<string, GateRules>> {
  const { rows } = await db.query<GatePolicyRow>(
    `select distinct on (model) ${columns} from gate_policies order by model, id desc`,
  )
  return new Map(rows.map((row) => [row.model, parsed(row).rules]))
}

/**
 * By what the gate of a model judges. Where nothing was applied since policies are kept, by what the configuration says;
 * null: there is no such model.
 */
export async function rulesInForce(
  db: Db,
  settings: Pick<Settings, 'gate' | 'people' | 'models'>,
  model: string,
): Promise<GateRules | null> {
  const stored = await findPolicy(db, model)
  if (stored !== null) return stored.rules
  const own = Object.hasOwn(settings.models, model) ? settings.models[model] : undefined
  return own === undefined ? null : rulesOf(settings, own)
}

/** The same of every model of a configuration, asked for at once. */
export async function allRulesInForce(
  db: Db,
  settings: Pick<Settings, 'gate' | 'people' | 'models'>,
): Promise<Map<string, GateRules>> {
  const stored = await policiesInForce(db)
  return new Map(
    Object.entries(settings.models).map(([model, own]) => [
      model,
      stored.get(model) ?? rulesOf(settings, own),
    ]),
  )
}

const parsed = (row: GatePolicyRow): GatePolicyRow => ({
  ...row,
  rules: gateRules.parse(row.rules),
})
