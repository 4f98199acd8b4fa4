-- The last lines that a failed or lost training job printed: the cluster forgets them.
alter table retrainings add column last_lines text[] not null default '{}';
