import { broken, type ErrorEntry, invalid, refused, unreachable } from './entry.ts'

/** Gateway, sign-in, releases and decisions: what people meet. */
export const peopleErrors = {
  CONCERN_UNKNOWN: {
    ...invalid,
    status: 404,
    sentence: 'there is no incident and no notice "{id}"',
    help: 'run "driftgate incidents --all" to see what there is',
  },
  PICTURE_UNKNOWN: {
    ...invalid,
    status: 404,
    sentence: 'there is no picture of {subject}',
    help: 'a picture needs two versions that were compared, or features held against a reference; its page has what there is',
  },
  RELEASE_UNKNOWN: {
    ...invalid,
    status: 404,
    sentence: 'there is no release "{release}"',
    help: 'run "driftgate gate" to see what waits',
  },
  DRILL_UNKNOWN: {
    ...invalid,
    status: 404,
    sentence: 'there is no drill "{drill}"',
    help: 'run "driftgate drills MODEL" to see those that there were',
  },
  DRILL_NOT_CONFIGURED: {
    ...refused,
    sentence: 'no drill is configured for {model}',
    help: 'give models.{model} a section drill and apply it; docs/how-to/fire-drill.md says what belongs there',
  },
  DRILL_ANSWER_REFUSED: {
    ...refused,
    sentence: 'the answer to {drill} did not count: {reason}',
    help: 'check drill.identity, and that gateway.publicKey of the workers belongs to gateway.signingKey',
  },
  GATE_CLOSED: {
    ...refused,
    sentence: 'the gate is closed: {reason}',
    help: 'controllers ask again by themselves; "driftgate gate {model}" shows what waits for whom',
  },
  ROLLBACK_NOT_ASKED: {
    ...refused,
    sentence: 'nothing is rolled back: {reason}',
    help: 'this is the answer as long as all is well; reject the release to go back',
  },
  DELEGATION_UNKNOWN: {
    ...invalid,
    status: 404,
    sentence: 'there is no delegation "{delegation}"',
    help: 'run "driftgate delegate" to see who answers for whom',
  },
  REVIEW_UNKNOWN: {
    ...invalid,
    status: 404,
    sentence: 'nothing about the release "{release}" is to be reviewed',
    help: 'run "driftgate review" to see what waits for a review',
  },
  REVIEW_NOT_READY: {
    ...unreachable,
    sentence: 'the review of {release} is not there yet',
    help: 'try again in {seconds} s; it is started anew where it was lost',
  },
  REINSTATE_REFUSED: {
    ...refused,
    sentence: '{release} cannot be asked for once more: {reason}',
    help: 'driftgate release status {release} shows how it stands',
  },
  RELEASE_STALE: {
    ...refused,
    sentence:
      'the request {release} was decided on other evidence ({given}) than it shows now ({current})',
    help: 'read the release again and answer what it shows now',
  },
  TRAFFIC_MOVED: {
    ...refused,
    sentence:
      'somebody moved the traffic of {model} from {from} to {to}, and no release did: what {release} asks is void',
    help: 'acknowledge the notice if it shall stay so, or put back what was; then ask anew: "driftgate retrain {model}"',
  },
  DECISION_MALFORMED: {
    ...invalid,
    sentence: 'this is not a decision: {reason}',
    help: 'a decision is {"schema":"driftgate-decision/1","token":"...","reason":"..."}; "driftgate approve RELEASE --print-signal" prints one',
  },
  DECISION_CHAIN_BROKEN: {
    ...broken,
    sentence: 'the chain of decisions breaks at {seq}: {reason}',
    help: 'somebody changed the table of decisions; restore it from a backup and compare with the workflow histories',
  },
  TOKEN_INVALID: {
    ...invalid,
    status: 401,
    sentence: 'the decision token is not valid: {reason}',
    help: 'ask the gateway for a new one: "driftgate approve RELEASE --print-signal"',
  },
  NOT_SIGNED_IN: {
    retryable: false,
    exit: 4,
    status: 401,
    sentence: 'you are not signed in{reason}',
    help: 'run "driftgate login"',
  },
  NOT_AUTHORISED: {
    retryable: false,
    exit: 1,
    status: 403,
    sentence: '{person} may not {action}: it needs {needs}',
    help: 'ask someone who has it, or whoever manages roles and groups',
  },
  IDENTITY_UNREACHABLE: {
    ...unreachable,
    sentence: 'the identity provider does not answer at {address}',
    help: 'check gateway.issuer and that the identity provider runs; nobody is signed in or out meanwhile',
  },
  TOO_MANY_REQUESTS: {
    ...unreachable,
    status: 429,
    sentence: 'too many requests in a short time',
    help: 'try again in {seconds} s; docs/reference/http.md has the limits',
  },
  REQUEST_INVALID: {
    ...invalid,
    sentence: 'the request is not valid: {reason}',
    help: 'correct the member named; docs/reference/http.md shows every route',
  },
  ROUTE_UNKNOWN: {
    ...invalid,
    status: 404,
    sentence: 'there is nothing at {path}',
    help: 'docs/reference/http.md lists every route',
  },
  FORM_EXPIRED: {
    ...refused,
    status: 403,
    sentence: 'the form is too old, or was not sent from its own page',
    help: 'load the page again and answer there',
  },
  GATEWAY_NOT_READY: {
    ...unreachable,
    sentence: 'the gateway takes no work: {reason}',
    help: 'see what it names; it is ready again by itself once that answers, unless it is about to end',
  },
  GATEWAY_UNREACHABLE: {
    ...unreachable,
    sentence: 'the gateway does not answer at {address}',
    help: 'start it with "driftgate up", or pass --gateway URL',
  },
} as const satisfies Record<string, ErrorEntry>
