import { regressionMetrics } from '../../../statistics/metrics/regression.ts'
import { defineAdapter } from '../adapter.ts'

export const regm = defineAdapter<{ y: Float64Array; yhat: Float64Array }>({
  compute({ y, yhat }) {
    const { median_absolute_error: medae, ...others } = regressionMetrics(y, yhat)
    return { ...others, medae }
  },
})
