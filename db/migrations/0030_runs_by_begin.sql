-- Runs by when they began, or are due: a run that a schedule has made days ahead stands among those of its time. Before, all that had not started stood at the end.
drop index flow_runs_by_start_time;
create index flow_runs_by_begin on flow_runs (workspace_id, coalesce(start_time, scheduled_time, created_at), id);
