-- Counting runs by when they started. The index by `coalesce(start_time, …)` serves an order, but no range: an expression in a condition is not
-- pushed below row-level security. The state is in it, so that counting reads no rows.
create index flow_runs_over_time on flow_runs (workspace_id, start_time) include (state_type) where start_time is not null;
