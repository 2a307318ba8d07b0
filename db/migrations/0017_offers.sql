-- Which writing of a deployment, its pool and its queue somebody has read: the transactions that wrote the rows last. It tells whether what an isolate
-- remembers of a deployment is still so. Rows that a restored database writes anew have other ones; nobody remembers for longer than a minute.
create function deployment_revision(deployment xid, pool xid, queue xid) returns text language sql immutable as $$
  select deployment::text || '-' || pool::text || '-' || queue::text
$$;

-- `offer_flow_run` of a run that was made from this revision of its deployment; `stale`, and nothing written, when it is another one by now.
-- No revision = not compared.
create function offer_flow_run_of(in_workspace uuid, revision text, run jsonb, out now timestamptz, out outcome text, out flow_run_id uuid)
  language plpgsql as $$
declare
  present text;
begin
  if revision is not null then
    select deployment_revision(d.xmin, p.xmin, q.xmin) into present
    from deployments d
      join work_pools p on p.workspace_id = d.workspace_id and p.id = d.work_pool_id
      join work_queues q on q.workspace_id = d.workspace_id and q.id = d.work_queue_id
    where d.workspace_id = in_workspace and d.id = (run ->> 'deployment_id')::uuid;
    if present is distinct from revision then
      now := clock_timestamp();
      outcome := 'stale';
      return;
    end if;
  end if;
  select o.now, o.outcome, o.flow_run_id into now, outcome, flow_run_id from offer_flow_run(in_workspace, run) o;
end
$$;
