import type { Adapter } from '../adapter.ts'
import { ad } from './ad.ts'
import { binned } from './binned.ts'
import { chi2 } from './chi2.ts'
import { cvm } from './cvm.ts'
import { dist1 } from './dist1.ts'
import { evidently } from './evidently.ts'
import { fisher } from './fisher.ts'
import { frourosStream } from './frouros-stream.ts'
import { hist } from './hist.ts'
import { ks } from './ks.ts'
import { kswin } from './kswin.ts'
import { metrics } from './metrics.ts'
import { mmd } from './mmd.ts'
import { mtest } from './mtest.ts'
import { nannymlCbpe } from './nannyml-cbpe.ts'
import { nannymlDle } from './nannyml-dle.ts'
import { nannymlUnivariate } from './nannyml-univariate.ts'
import { rank } from './rank.ts'
import { regm } from './regm.ts'
import { riverStream } from './river-stream.ts'
import { special } from './special.ts'

/** One line per method of the golden files. */
export const adapters: Readonly<Record<string, Adapter<unknown>>> = {
  ad,
  binned,
  chi2,
  cvm,
  dist1,
  evidently,
  fisher,
  frouros_stream: frourosStream,
  hist,
  ks,
  kswin,
  metrics,
  mmd,
  mtest,
  nannyml_cbpe: nannymlCbpe,
  nannyml_dle: nannymlDle,
  nannyml_univariate: nannymlUnivariate,
  rank,
  river_stream: riverStream,
  regm,
  special,
}
