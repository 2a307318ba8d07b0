-- What waits or is to come, by when it is due: the home page and the pages of pools look at the first few of them. Without it a long queue was looked for behind
-- all of history, whose times to be due are earlier. A run is in it until it is given out.
create index flow_runs_waiting_by_due on flow_runs (workspace_id, (case when scheduled_time is not null then scheduled_time else 'infinity'::timestamptz end), id)
  where state_type = 'SCHEDULED';
