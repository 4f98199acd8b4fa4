/** What a round saw outside of the record, where `invariants.sql` finds it. */
export const seenTables = `
  -- each retraining that a round led to, and whether its cluster was touched, so that it may fail
  create table seen_rounds (number int, run_key text, may_fail boolean);
  -- of the registry; spoiled: a file whose bytes are not those that the marker names
  create table seen_versions (run_key text, version text, status text, spoiled text);
  create table seen_runs (run_key text, run text);
  -- of the cluster: every driver that was launched
  create table seen_drivers (run_key text, driver text);
  -- of the run's folder
  create table seen_markers (run_key text, digest text, spoiled text);
  -- a process, or a job of the cluster, that nobody waits for any more
  create table seen_left (number int, what text);
`
