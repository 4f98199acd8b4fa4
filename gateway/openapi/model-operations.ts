import * as api from '../../contracts/api.ts'
import {
  backtestPartsPage,
  backtestPartsQuery,
  backtestReferencesPage,
  backtestReferencesQuery,
  backtestSource,
  backtestWindowsPage,
  backtestWindowsQuery,
} from '../../contracts/backtest-source.ts'
import { ledgerAnswer, ledgerQuery } from '../../contracts/ledger.ts'
import { performanceQuery } from '../../contracts/performance.ts'
import { performanceAnswer } from '../../contracts/performance-answer.ts'
import { referencesAnswer } from '../../contracts/reference-upload.ts'
import { reportSchema } from '../../contracts/report.ts'
import { traceAnswer, traceQuery } from '../../contracts/trace.ts'
import { incidentWhyAnswer, whyAnswer } from '../../contracts/why.ts'
import type { Operation } from './operation.ts'

/** What is known of models. */
export const modelOperations: readonly Operation[] = [
  {
    ...{ route: 'GET /v1/models', role: 'viewer', answer: api.modelsAnswer },
    summary: 'every model: champion, latest verdict, open incident, retraining, release',
  },
  {
    ...{ route: 'GET /v1/models/:model', role: 'viewer', answer: api.modelView },
    summary: 'one of them',
  },
  {
    ...{ route: 'GET /v1/models/:model/verdicts', role: 'viewer', answer: api.verdictsAnswer },
    query: api.verdictsQuery,
    summary: 'the newest first; the last 100, or those of windows that begin at or after a time',
  },
  {
    ...{ route: 'GET /v1/models/:model/verdicts/:verdict', role: 'viewer', answer: reportSchema },
    query: api.verdictQuery,
    summary:
      'the report of a window; the verdict is its start, or `latest`; with `again=true` the last look after it',
  },
  {
    ...{ route: 'GET /v1/models/:model/history', role: 'viewer', answer: api.historyAnswer },
    query: api.historyQuery,
    summary: 'the last 90 verdicts up to a window, with the state and effect of every feature',
  },
  {
    ...{ route: 'GET /v1/models/:model/incidents', role: 'viewer', answer: api.incidentsAnswer },
    summary: 'open ones first',
  },
  {
    ...{ route: 'GET /v1/models/:model/notices', role: 'viewer', answer: api.noticesAnswer },
    summary: 'what its owners are told of beside incidents, open ones first',
  },
  {
    route: 'GET /v1/models/:model/retrainings',
    role: 'viewer',
    summary: 'the newest first',
    answer: api.retrainingsAnswer,
  },
  {
    ...{ route: 'GET /v1/models/:model/ledger', role: 'viewer', answer: ledgerAnswer },
    query: ledgerQuery,
    summary: 'every reading: its partitions, their newest slices, and whatever does not add up',
  },
  {
    ...{ route: 'GET /v1/models/:model/predictions', role: 'viewer', answer: traceAnswer },
    query: traceQuery,
    summary:
      'what is kept of one prediction: its record, version, score, and the verdicts of its window',
  },
  {
    ...{ route: 'GET /v1/models/:model/performance', role: 'viewer', answer: performanceAnswer },
    query: performanceQuery,
    summary: 'how well it did in its windows by the labels that came, the newest window first',
  },
  {
    ...{ route: 'GET /v1/models/:model/why/:window', role: 'viewer', answer: whyAnswer },
    summary:
      'which kind of drift a window shows, what that suggests and which rows stand out; the window is its start, or `latest`',
  },
  {
    route: 'GET /v1/models/:model/incidents/:kind/:start/why',
    ...{ role: 'viewer', answer: incidentWhyAnswer },
    summary: 'the same of an incident: its latest window, and the latest that labels have judged',
  },
  {
    ...{ route: 'GET /v1/models/:model/references', role: 'viewer', answer: referencesAnswer },
    summary: 'what windows are held against, the newest first',
  },
  {
    ...{ route: 'GET /v1/models/:model/backtest', role: 'viewer', answer: backtestSource },
    summary: 'what a backtest replays: readings, binnings, incidents',
  },
  {
    route: 'GET /v1/models/:model/backtest/windows',
    ...{ role: 'viewer', query: backtestWindowsQuery, answer: backtestWindowsPage },
    summary: 'stored windows with their verdicts, page by page',
  },
  {
    route: 'GET /v1/models/:model/backtest/references',
    ...{ role: 'viewer', query: backtestReferencesQuery, answer: backtestReferencesPage },
    summary: 'stored references, page by page; sampled rows (`samples`) only for operators',
  },
  {
    route: 'GET /v1/models/:model/backtest/parts',
    ...{ role: 'viewer', query: backtestPartsQuery, answer: backtestPartsPage },
    summary: 'stored parts, page by page; sampled rows (`samples`) only for operators',
  },
]
