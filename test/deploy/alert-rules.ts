import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'
import { z } from 'zod'

export const alertFolder = fileURLToPath(new URL('../../deploy/prometheus/', import.meta.url))
export const alertTestFiles = globSync('*.test.yml', { cwd: alertFolder })
const read = (name: string) => parse(readFileSync(join(alertFolder, name), 'utf8'))

const rulesFile = z.strictObject({
  groups: z.array(
    z.strictObject({
      name: z.string(),
      rules: z.array(
        z.strictObject({
          alert: z.string().regex(/^Driftgate[A-Z]\w+$/),
          expr: z.string(),
          for: z.string().optional(),
          labels: z.strictObject({ severity: z.enum(['page', 'ticket']) }),
          annotations: z.strictObject({ summary: z.string(), runbook: z.string() }),
        }),
      ),
    }),
  ),
})
const testsFile = z.object({
  tests: z.array(
    z.object({
      alert_rule_test: z.array(
        z.object({ alertname: z.string(), exp_alerts: z.array(z.unknown()) }),
      ),
    }),
  ),
})

export const alertRules = rulesFile
  .parse(read('driftgate.rules.yml'))
  .groups.flatMap(({ rules }) => rules)
/** What each test of a rule expects: whether it fires. */
export const alertTests = alertTestFiles
  .flatMap((name) => testsFile.parse(read(name)).tests)
  .flatMap((each) => each.alert_rule_test)
  .map(({ alertname, exp_alerts }) => ({ alert: alertname, fires: exp_alerts.length > 0 }))
