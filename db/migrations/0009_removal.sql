-- Verbs that delete. Each is one function that looks whether anything still needs the thing, and answers what does instead of deleting it.

grant delete on flow_runs, flow_run_tags, flows, deployments, deployment_versions, work_pools, work_queues, workers, worker_sessions, limits, artifacts to weir_app;

create index artifacts_by_id on artifacts (workspace_id, id);
create index artifacts_by_key on artifacts (workspace_id, key, id) where key is not null;

-- Runs that are gone and whose children (task runs, states, logs, artifacts) are still to be cleared away: `clear_deleted_flow_runs`, by the minute sweep.
create table deleted_flow_runs (
  workspace_id uuid not null,
  id uuid not null,
  deleted_at timestamptz not null,
  primary key (workspace_id, id)
);
create index deleted_flow_runs_by_time on deleted_flow_runs (deleted_at);
alter table deleted_flow_runs enable row level security;
alter table deleted_flow_runs force row level security;
create policy everything on deleted_flow_runs to weir_system using (true) with check (true);
create policy own_workspace on deleted_flow_runs to weir_app using (workspace_id = current_workspace()) with check (workspace_id = current_workspace());
grant select, insert on deleted_flow_runs to weir_app;

-- Deletes runs with their subflows, as long as nobody holds them: `deleted`, `going` (a process may still report), or `missing`. One row for each id.
create function delete_flow_runs(in_workspace uuid, run_ids uuid[], deed jsonb) returns table (id uuid, outcome text) language plpgsql as $$
#variable_conflict use_column
declare
  gone uuid[];
  present uuid[];
begin
  -- In the order of all transitions: by id.
  select coalesce(array_agg(r.id), '{}'), coalesce(array_agg(r.id) filter (where r.holder_kind is null and (is_final(r.state_type)
      or r.state_type in ('SCHEDULED', 'PAUSED') and r.root_flow_run_id is null)), '{}')
    into present, gone
  from (select * from flow_runs where workspace_id = in_workspace and flow_runs.id = any(run_ids) order by flow_runs.id for update) r;
  with recursive tree as (
    select unnest(gone) as id
    union
    select r.id from flow_runs r join tree on r.root_flow_run_id = tree.id where r.workspace_id = in_workspace
  ), deleted as (
    delete from flow_runs r using tree where r.workspace_id = in_workspace and r.id = tree.id returning r.id
  ), untagged as (
    delete from flow_run_tags t using tree where t.workspace_id = in_workspace and t.flow_run_id = tree.id
  ), to_clear as (
    insert into deleted_flow_runs (workspace_id, id, deleted_at) select in_workspace, d.id, now() from deleted d on conflict do nothing
  )
  insert into changes (workspace_id, topic, flow_run_id, changed)
  select in_workspace, heard.topic, d.id, array['state'] from deleted d, lateral (values ('flow-runs'), ('flow-run/' || d.id)) as heard (topic);
  -- A deed of one run names it; a deed of many is noted by the operation that does them.
  if deed is not null and cardinality(gone) > 0 then
    perform note_deed(in_workspace, deed, gone[1]::text);
  end if;
  return query select asked.id, case when asked.id = any(gone) then 'deleted' when asked.id = any(present) then 'going' else 'missing' end
    from unnest(run_ids) as asked (id);
end
$$;

-- Clears away at most about so many rows of runs that are gone. Answers how many it has cleared; fewer than asked for = nothing is left.
create function clear_deleted_flow_runs(most integer) returns integer language plpgsql as $$
declare
  run record;
  cleared integer := 0;
  found_rows integer;
  in_run integer;
  child text;
begin
  for run in select workspace_id, id from deleted_flow_runs order by deleted_at limit 1000 for update skip locked loop
    in_run := 0;
    foreach child in array array['task_runs', 'flow_run_states', 'log_chunks', 'artifacts'] loop
      execute format('delete from %1$I where ctid in (select ctid from %1$I where workspace_id = $1 and flow_run_id = $2 limit $3) and workspace_id = $1 and flow_run_id = $2', child)
        using run.workspace_id, run.id, most;
      get diagnostics found_rows = row_count;
      in_run := in_run + found_rows;
      exit when in_run >= most;
    end loop;
    if in_run < most then
      delete from deleted_flow_runs where workspace_id = run.workspace_id and id = run.id;
    end if;
    cleared := cleared + in_run;
    exit when cleared >= most;
  end loop;
  return cleared;
end
$$;

-- Another name or other tags. Null when there is no such run; else whether anything differs now.
create function update_flow_run(in_workspace uuid, run_id uuid, change jsonb) returns boolean language plpgsql as $$
declare
  before flow_runs;
  new_name text;
  new_tags text[];
begin
  select * into before from flow_runs where workspace_id = in_workspace and id = run_id for no key update;
  if before.id is null then
    return null;
  end if;
  new_name := coalesce(change ->> 'name', before.name);
  new_tags := case when change ? 'tags' then array(select jsonb_array_elements_text(change -> 'tags')) else before.tags end;
  if new_name = before.name and new_tags = before.tags then
    return false;
  end if;
  update flow_runs set name = new_name, tags = new_tags where workspace_id = in_workspace and id = run_id;
  if new_tags <> before.tags then
    delete from flow_run_tags where workspace_id = in_workspace and flow_run_id = run_id and tag <> all (new_tags);
    insert into flow_run_tags (workspace_id, flow_run_id, tag) select in_workspace, run_id, tag from unnest(new_tags) tag on conflict do nothing;
  end if;
  perform note_state_change(in_workspace, array[run_id]);
  return true;
end
$$;

-- Deletes a deployment with its schedules and their occurrences that are still to come, when no other run of it waits or is under way.
-- `count`: how many runs stand in its way.
create function delete_deployment(in_workspace uuid, in_deployment uuid, deed jsonb, out outcome text, out count integer) language plpgsql as $$
declare
  before deployments;
  waiting integer;
begin
  count := 0;
  select * into before from deployments where workspace_id = in_workspace and id = in_deployment for update;
  if before.id is null then
    outcome := 'missing';
    return;
  end if;
  select count(*) filter (where state_type = 'SCHEDULED' and holder_kind is null), count(*) into waiting, count
  from (select state_type, holder_kind from flow_runs
    where workspace_id = in_workspace and deployment_id = in_deployment and state_type in ('SCHEDULED', 'PENDING', 'RUNNING', 'PAUSED', 'CANCELLING')
      and not (schedule_id is not null and state_type = 'SCHEDULED' and holder_kind is null and run_count = 0)
    limit 10000) open;
  if count > 0 then
    outcome := case when waiting = count then 'waiting' else 'going' end;
    count := case when outcome = 'going' then count - waiting else waiting end;
    return;
  end if;
  perform delete_flow_runs(in_workspace, array(select id from flow_runs where workspace_id = in_workspace and deployment_id = in_deployment
    and state_type = 'SCHEDULED' and holder_kind is null), null);
  delete from deployment_versions where workspace_id = in_workspace and deployment_id = in_deployment;
  delete from deployments where workspace_id = in_workspace and id = in_deployment;
  delete from slots where workspace_id = in_workspace and limit_id = in_deployment;
  delete from limits where workspace_id = in_workspace and id = in_deployment;
  insert into changes (workspace_id, topic, changed) values (in_workspace, 'deployments', '{}');
  perform note_deed(in_workspace, deed, in_deployment::text);
  outcome := 'deleted';
end
$$;

-- A flow goes when nothing names it any more: neither a deployment nor a run.
create function delete_flow(in_workspace uuid, in_flow uuid, deed jsonb, out outcome text, out count integer) language plpgsql as $$
begin
  perform 1 from flows where workspace_id = in_workspace and id = in_flow for update;
  if not found then
    outcome := 'missing';
    return;
  end if;
  select count(*) into count from deployments where workspace_id = in_workspace and flow_id = in_flow;
  if count > 0 then
    outcome := 'deployments';
    return;
  end if;
  select count(*) into count from (select 1 from flow_runs where workspace_id = in_workspace and flow_id = in_flow order by id limit 10000) runs;
  if count > 0 then
    outcome := 'runs';
    return;
  end if;
  delete from flows where workspace_id = in_workspace and id = in_flow;
  insert into changes (workspace_id, topic, changed) values (in_workspace, 'deployments', '{}');
  perform note_deed(in_workspace, deed, in_flow::text);
  outcome := 'deleted';
end
$$;

-- A pool goes with its queues and workers when no deployment names it and no run of it is open.
create function delete_work_pool(in_workspace uuid, in_pool uuid, deed jsonb, out outcome text, out count integer) language plpgsql as $$
begin
  perform 1 from work_pools where workspace_id = in_workspace and id = in_pool for update;
  if not found then
    outcome := 'missing';
    return;
  end if;
  select count(*) into count from deployments where workspace_id = in_workspace and work_pool_id = in_pool;
  if count > 0 then
    outcome := 'deployments';
    return;
  end if;
  select (select count(*) from (select 1 from flow_runs where workspace_id = in_workspace and work_pool_id = in_pool and holder_kind is not null limit 10000) held)
    + (select count(*) from (select 1 from flow_runs where workspace_id = in_workspace and work_pool_id = in_pool and state_type = 'SCHEDULED' and holder_kind is null
        limit 10000) waiting)
    into count;
  if count > 0 then
    outcome := 'runs';
    return;
  end if;
  delete from worker_sessions where workspace_id = in_workspace and work_pool_id = in_pool;
  delete from workers where workspace_id = in_workspace and work_pool_id = in_pool;
  delete from slots where workspace_id = in_workspace
    and (limit_id = in_pool or limit_id in (select id from work_queues where workspace_id = in_workspace and work_pool_id = in_pool));
  delete from limits where workspace_id = in_workspace
    and (id = in_pool or id in (select id from work_queues where workspace_id = in_workspace and work_pool_id = in_pool));
  delete from work_queues where workspace_id = in_workspace and work_pool_id = in_pool;
  delete from work_pools where workspace_id = in_workspace and id = in_pool;
  insert into changes (workspace_id, topic, changed) values (in_workspace, 'work-pools', '{}');
  perform note_deed(in_workspace, deed, in_pool::text);
  outcome := 'deleted';
end
$$;

-- A queue goes when it is not `default`, no deployment names it and no run of it is open.
create function delete_work_queue(in_workspace uuid, in_queue uuid, deed jsonb, out outcome text, out count integer) language plpgsql as $$
declare
  before work_queues;
begin
  count := 0;
  select * into before from work_queues where workspace_id = in_workspace and id = in_queue for update;
  if before.id is null then
    outcome := 'missing';
    return;
  end if;
  if before.name = 'default' then
    outcome := 'default';
    return;
  end if;
  select count(*) into count from deployments where workspace_id = in_workspace and work_queue_id = in_queue;
  if count > 0 then
    outcome := 'deployments';
    return;
  end if;
  select (select count(*) from (select 1 from flow_runs where workspace_id = in_workspace and work_pool_id = before.work_pool_id and work_queue_id = in_queue
        and holder_kind is not null limit 10000) held)
    + (select count(*) from (select 1 from flow_runs where workspace_id = in_workspace and work_pool_id = before.work_pool_id and work_queue_id = in_queue
        and state_type = 'SCHEDULED' and holder_kind is null limit 10000) waiting)
    into count;
  if count > 0 then
    outcome := 'runs';
    return;
  end if;
  delete from slots where workspace_id = in_workspace and limit_id = in_queue;
  delete from limits where workspace_id = in_workspace and id = in_queue;
  delete from work_queues where workspace_id = in_workspace and id = in_queue;
  insert into changes (workspace_id, topic, changed) values (in_workspace, 'work-pools', '{}');
  perform note_deed(in_workspace, deed, in_queue::text);
  outcome := 'deleted';
end
$$;

-- A worker's row goes when none of its sessions holds a run. Whether it is online is asked before.
create function delete_worker(in_workspace uuid, in_worker uuid, deed jsonb, out outcome text, out count integer) language plpgsql as $$
declare
  before workers;
begin
  select * into before from workers where workspace_id = in_workspace and id = in_worker for update;
  count := 0;
  if before.id is null then
    outcome := 'missing';
    return;
  end if;
  select count(*) into count from flow_runs
  where workspace_id = in_workspace and work_pool_id = before.work_pool_id and holder_kind is not null
    and holder_session_id in (select id from worker_sessions where workspace_id = in_workspace and worker_id = in_worker);
  if count > 0 then
    outcome := 'runs';
    return;
  end if;
  delete from worker_sessions where workspace_id = in_workspace and worker_id = in_worker;
  delete from workers where workspace_id = in_workspace and id = in_worker;
  insert into changes (workspace_id, topic, changed) values (in_workspace, 'work-pools', '{}');
  perform note_deed(in_workspace, deed, in_worker::text);
  outcome := 'deleted';
end
$$;
