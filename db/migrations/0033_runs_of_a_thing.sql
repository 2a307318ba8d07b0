-- The runs of a flow, a deployment or a pool, in the order of the list: by when they began, or are due. Before, the newest few of many had to be sorted out of all,
-- or looked for among everybody's. CASE instead of COALESCE, which PostgreSQL does not know to be leakproof: only so does the condition of a cursor, which stands
-- above row-level security, become a place in the index, and a later page costs what the first one does.
drop index flow_runs_by_begin;
drop index flow_runs_by_scheduled_time;
drop index flow_runs_by_flow;
drop index flow_runs_by_deployment;
create index flow_runs_by_begin on flow_runs (workspace_id,
  (case when start_time is not null then start_time when scheduled_time is not null then scheduled_time else created_at end), id);
create index flow_runs_by_scheduled_time on flow_runs (workspace_id,
  (case when scheduled_time is not null then scheduled_time else 'infinity'::timestamptz end), id);
create index flow_runs_by_flow on flow_runs (workspace_id, flow_id,
  (case when start_time is not null then start_time when scheduled_time is not null then scheduled_time else created_at end), id);
create index flow_runs_by_deployment on flow_runs (workspace_id, deployment_id,
  (case when start_time is not null then start_time when scheduled_time is not null then scheduled_time else created_at end), id)
  where deployment_id is not null;
create index flow_runs_by_pool on flow_runs (workspace_id, work_pool_id,
  (case when start_time is not null then start_time when scheduled_time is not null then scheduled_time else created_at end), id)
  where work_pool_id is not null;
