import { absorb } from './absorb.ts'
import { apply } from './apply.ts'
import { approve } from './approve.ts'
import { audit } from './audit.ts'
import { backfill } from './backfill.ts'
import { backtest } from './backtest.ts'
import { check } from './check.ts'
import type { Command } from './command.ts'
import { compare } from './compare.ts'
import { deadLetters } from './dead-letters.ts'
import { delegate } from './delegate.ts'
import { demo } from './demo.ts'
import { down } from './down.ts'
import { drill } from './drill.ts'
import { drills } from './drills.ts'
import { erase } from './erase.ts'
import { explain } from './explain.ts'
import { gate } from './gate.ts'
import { incidents } from './incidents.ts'
import { inferSchema } from './infer-schema.ts'
import { ledger } from './ledger.ts'
import { login } from './login.ts'
import { performance } from './performance.ts'
import { plan } from './plan.ts'
import { recompute } from './recompute.ts'
import { reference } from './reference.ts'
import { reject } from './reject.ts'
import { release } from './release.ts'
import { replay } from './replay.ts'
import { report } from './report.ts'
import { retrain } from './retrain.ts'
import { retrainings } from './retrainings.ts'
import { review } from './review.ts'
import { scan } from './scan.ts'
import { status } from './status.ts'
import { trace } from './trace.ts'
import { up } from './up.ts'
import { verdict } from './verdict.ts'

/** Every command, in the order in which the help lists them: one line each. */
export const commands: readonly Command[] = [
  demo,
  compare,
  replay,
  backtest,
  inferSchema,
  up,
  down,
  status,
  check,
  plan,
  apply,
  login,
  reference,
  scan,
  report,
  verdict,
  explain,
  recompute,
  performance,
  incidents,
  trace,
  erase,
  ledger,
  backfill,
  deadLetters,
  retrain,
  retrainings,
  drill,
  drills,
  absorb,
  gate,
  approve,
  reject,
  delegate,
  release,
  review,
  audit,
]
