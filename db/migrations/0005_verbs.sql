-- What the API does to the other nouns in one round trip, and what dispatch reads.

-- Notes who did what, in the transaction of the deed. `deed` is made by db/queries/audit-rows/deed.ts; null where nobody is to be named.
create function note_deed(in_workspace uuid, deed jsonb, subject text) returns void language sql as $$
  insert into audit_rows (workspace_id, id, occurred_at, actor, action, subject, details)
  select in_workspace, (deed ->> 'id')::uuid, now(), deed ->> 'actor', deed ->> 'action', subject, deed -> 'details' where deed is not null
$$;

create function create_work_pool(in_workspace uuid, pool jsonb, out id uuid, out type text, out created boolean) language plpgsql as $$
#variable_conflict use_column
declare
  pool_id uuid := (pool ->> 'id')::uuid;
  queue_id uuid := (pool ->> 'default_queue_id')::uuid;
begin
  insert into work_pools (workspace_id, id, name, type, description, is_paused, job_variables, created_at, updated_at)
  values (in_workspace, pool_id, pool ->> 'name', pool ->> 'type', pool ->> 'description', false, pool -> 'job_variables', now(), now())
  on conflict do nothing;
  created := found;
  if created then
    insert into work_queues (workspace_id, id, work_pool_id, name, priority, is_paused, created_at)
    values (in_workspace, queue_id, pool_id, 'default', 1, false, now());
    insert into limits (workspace_id, id, kind, name, max)
    values (in_workspace, pool_id, 'pool', pool ->> 'name', (pool ->> 'max')::integer), (in_workspace, queue_id, 'queue', 'default', null);
    insert into changes (workspace_id, topic, changed) values (in_workspace, 'work-pools', '{}');
    perform note_deed(in_workspace, pool -> 'deed', pool_id::text);
  end if;
  select p.id, p.type into id, type from work_pools p where p.workspace_id = in_workspace and p.name = pool ->> 'name';
end
$$;

-- A limit that begins counts the leases that live already; one that ends forgets its slots.
create function set_limit(in_workspace uuid, limit_id uuid, new_max integer) returns boolean language plpgsql as $$
declare
  before limits;
begin
  perform pg_advisory_xact_lock(limits_lock(in_workspace));
  select * into before from limits where workspace_id = in_workspace and id = limit_id for update;
  if before.id is null then
    return false;
  end if;
  if before.max is not distinct from new_max then
    return true;
  end if;
  update limits set max = new_max where workspace_id = in_workspace and id = limit_id;
  if before.max is null then
    insert into slots (workspace_id, limit_id, flow_run_id, epoch, count, taken_at)
    select in_workspace, before.id, id, epoch, 1, claimed_at from flow_runs
    where workspace_id = in_workspace and holder_kind is not null
      and case before.kind when 'pool' then work_pool_id when 'queue' then work_queue_id when 'deployment' then deployment_id end = before.id
    on conflict do nothing;
  elsif new_max is null then
    delete from slots s where s.workspace_id = in_workspace and s.limit_id = before.id;
  end if;
  insert into changes (workspace_id, topic, changed) values (in_workspace, case before.kind when 'deployment' then 'deployments' else 'work-pools' end, '{}');
  return true;
end
$$;

create function create_work_queue(in_workspace uuid, queue jsonb, out outcome text, out work_pool_id uuid) language plpgsql as $$
#variable_conflict use_column
declare
  queue_id uuid := (queue ->> 'id')::uuid;
begin
  select p.id into work_pool_id from work_pools p where p.workspace_id = in_workspace and p.name = queue ->> 'work_pool_name';
  if work_pool_id is null then
    outcome := 'no-work-pool';
    return;
  end if;
  insert into work_queues (workspace_id, id, work_pool_id, name, priority, is_paused, created_at)
  values (in_workspace, queue_id, create_work_queue.work_pool_id, queue ->> 'name', (queue ->> 'priority')::integer, false, now())
  on conflict do nothing;
  if not found then
    outcome := 'taken';
    return;
  end if;
  insert into limits (workspace_id, id, kind, name, max) values (in_workspace, queue_id, 'queue', queue ->> 'name', (queue ->> 'max')::integer);
  insert into changes (workspace_id, topic, changed) values (in_workspace, 'work-pools', '{}');
  perform note_deed(in_workspace, queue -> 'deed', queue_id::text);
  outcome := 'created';
end
$$;

-- What stands in `change` is set, the rest stays: `is_paused`, `description`, `max`. Null when there is no such pool; else whether anything differs now.
create function update_work_pool(in_workspace uuid, pool_id uuid, change jsonb) returns boolean language plpgsql as $$
declare
  before work_pools;
  after work_pools;
  changed boolean;
begin
  select * into before from work_pools where workspace_id = in_workspace and id = pool_id for no key update;
  if before.id is null then
    return null;
  end if;
  after := jsonb_populate_record(before, change);
  changed := after is distinct from before;
  if changed then
    update work_pools set is_paused = after.is_paused, description = after.description, updated_at = now() where workspace_id = in_workspace and id = pool_id;
  end if;
  if change ? 'max' and (select max from limits where workspace_id = in_workspace and id = pool_id) is distinct from (change ->> 'max')::integer then
    perform set_limit(in_workspace, pool_id, (change ->> 'max')::integer);
    changed := true;
  end if;
  if changed then
    insert into changes (workspace_id, topic, changed) values (in_workspace, 'work-pools', '{}');
    perform note_deed(in_workspace, change -> 'deed', pool_id::text);
  end if;
  return changed;
end
$$;

-- The same for a queue: `priority`, `is_paused`, `max`. No pool = no such queue.
create function update_work_queue(in_workspace uuid, queue_id uuid, change jsonb, out work_pool_id uuid, out changed boolean) language plpgsql as $$
#variable_conflict use_column
declare
  before work_queues;
  after work_queues;
begin
  select * into before from work_queues q where q.workspace_id = in_workspace and q.id = queue_id for no key update;
  if before.id is null then
    return;
  end if;
  work_pool_id := before.work_pool_id;
  after := jsonb_populate_record(before, change);
  changed := after is distinct from before;
  if changed then
    update work_queues q set priority = after.priority, is_paused = after.is_paused where q.workspace_id = in_workspace and q.id = queue_id;
  end if;
  if change ? 'max' and (select l.max from limits l where l.workspace_id = in_workspace and l.id = queue_id) is distinct from (change ->> 'max')::integer then
    perform set_limit(in_workspace, queue_id, (change ->> 'max')::integer);
    changed := true;
  end if;
  if changed then
    insert into changes (workspace_id, topic, changed) values (in_workspace, 'work-pools', '{}');
    perform note_deed(in_workspace, change -> 'deed', queue_id::text);
  end if;
end
$$;

-- Pauses or resumes a deployment. No pool = no such deployment.
create function pause_deployment(in_workspace uuid, in_deployment uuid, new_paused boolean, deed jsonb, out work_pool_id uuid, out changed boolean)
language plpgsql as $$
#variable_conflict use_column
begin
  update deployments d set is_paused = new_paused, updated_at = now()
  where d.workspace_id = in_workspace and d.id = in_deployment and d.is_paused <> new_paused;
  changed := found;
  select d.work_pool_id into work_pool_id from deployments d where d.workspace_id = in_workspace and d.id = in_deployment;
  if changed then
    insert into changes (workspace_id, topic, changed) values (in_workspace, 'deployments', '{}');
    perform note_deed(in_workspace, deed, in_deployment::text);
  end if;
end
$$;

create function save_deployment(in_workspace uuid, given jsonb, out outcome text, out deployment_id uuid, out version_id uuid, out work_pool_id uuid,
  out created boolean, out changed boolean) language plpgsql as $$
#variable_conflict use_column
declare
  flow uuid;
  queue uuid;
  before deployments;
  version deployment_versions;
  after deployments;
  retry_on_crash integer;
  on_contact_lost text;
begin
  created := false;
  changed := false;
  select p.id into work_pool_id from work_pools p where p.workspace_id = in_workspace and p.name = given ->> 'work_pool_name';
  if work_pool_id is null then
    outcome := 'no-work-pool';
    return;
  end if;
  select q.id into queue from work_queues q
  where q.workspace_id = in_workspace and q.work_pool_id = save_deployment.work_pool_id and q.name = given ->> 'work_queue_name';
  if queue is null then
    outcome := 'no-work-queue';
    return;
  end if;

  -- Two deploys of the same name at once follow one another.
  perform pg_advisory_xact_lock(hashtextextended(format('deployment/%s/%s/%s', in_workspace, given ->> 'flow_name', given ->> 'name'), 0));
  select d.* into before from deployments d join flows f on f.workspace_id = d.workspace_id and f.id = d.flow_id
  where d.workspace_id = in_workspace and f.name = given ->> 'flow_name' and d.name = given ->> 'name' for no key update of d;
  -- What becomes of a lost run is kept where it is not said.
  retry_on_crash := coalesce((given ->> 'retry_on_crash')::integer, before.retry_on_crash, 0);
  on_contact_lost := coalesce(given ->> 'on_contact_lost', before.on_contact_lost, 'continue');
  if retry_on_crash > 0 and on_contact_lost <> 'stop' then
    outcome := 'no-fence';
    return;
  end if;
  outcome := 'saved';
  flow := ensure_flow(in_workspace, given ->> 'flow_name', (given ->> 'new_flow_id')::uuid);
  created := before.id is null;
  deployment_id := coalesce(before.id, (given ->> 'new_deployment_id')::uuid);
  if not created then
    select * into version from deployment_versions v where v.workspace_id = in_workspace and v.deployment_id = before.id and v.id = before.version_id;
  end if;
  if created or (version.entrypoint, version.path, version.content_hash)
      is distinct from (given ->> 'entrypoint', given ->> 'path', given ->> 'content_hash') then
    version_id := (given ->> 'new_version_id')::uuid;
  else
    version_id := version.id;
  end if;

  after := row(
    in_workspace, deployment_id, flow, given ->> 'name', given ->> 'description', array(select jsonb_array_elements_text(given -> 'tags')),
    coalesce(before.is_paused, false), work_pool_id, queue, given -> 'parameters', nullif(given -> 'parameter_schema', 'null'), given -> 'job_variables',
    version_id, (given ->> 'reuse')::boolean, (given ->> 'preload')::boolean, given -> 'retries', retry_on_crash,
    on_contact_lost, coalesce((given ->> 'start_again')::boolean, before.start_again, false), coalesce(before.created_at, now()), coalesce(before.updated_at, now()))::deployments;
  if created then
    insert into deployments select after.*;
    insert into limits (workspace_id, id, kind, name, max)
    values (in_workspace, deployment_id, 'deployment', given ->> 'flow_name' || '/' || (given ->> 'name'), (given ->> 'max')::integer);
    changed := true;
  else
    changed := after is distinct from before
      or (select l.max from limits l where l.workspace_id = in_workspace and l.id = before.id) is distinct from (given ->> 'max')::integer;
    if changed then
      update deployments d set description = after.description, tags = after.tags, work_pool_id = after.work_pool_id, work_queue_id = after.work_queue_id,
        parameters = after.parameters, parameter_schema = after.parameter_schema, job_variables = after.job_variables, version_id = after.version_id,
        reuse = after.reuse, preload = after.preload, retries = after.retries, retry_on_crash = after.retry_on_crash,
        on_contact_lost = after.on_contact_lost, start_again = after.start_again, updated_at = now()
      where d.workspace_id = in_workspace and d.id = before.id;
      perform set_limit(in_workspace, before.id, (given ->> 'max')::integer);
    end if;
  end if;
  if created or version_id <> version.id then
    insert into deployment_versions (workspace_id, deployment_id, id, number, entrypoint, path, content_hash, created_at)
    values (in_workspace, deployment_id, version_id, coalesce(version.number, 0) + 1, given ->> 'entrypoint', given ->> 'path', given ->> 'content_hash', now());
  end if;
  if changed then
    insert into changes (workspace_id, topic, changed) values (in_workspace, 'deployments', '{}');
    perform note_deed(in_workspace, given -> 'deed', deployment_id::text);
  end if;
end
$$;

-- What dispatch chooses from: of each lane that nothing pauses the first few due runs; the limits they come under with their use; when the next is due.
create function waiting_flow_runs(in_workspace uuid, in_pool uuid, lane_limit integer, out now timestamptz, out is_paused boolean, out runs json,
  out limits json, out next_due timestamptz) language plpgsql as $$
#variable_conflict use_column
declare
  clock timestamptz := clock_timestamp();
begin
  now := clock;
  select p.is_paused into is_paused from work_pools p where p.workspace_id = in_workspace and p.id = in_pool;
  is_paused := coalesce(is_paused, true);
  runs := '[]';
  limits := '[]';
  if is_paused then
    return;
  end if;
  with lane as materialized (
    select lane.work_queue_id, lane.deployment_id, lane.first_due, q.priority
    from claimable_lanes(in_workspace, in_pool) lane
      join work_queues q on q.workspace_id = in_workspace and q.id = lane.work_queue_id and not q.is_paused
      join deployments d on d.workspace_id = in_workspace and d.id = lane.deployment_id and not d.is_paused
  ), bound as materialized (
    select l.id, l.kind, l.max, (select coalesce(sum(s.count), 0)::integer from slots s where s.workspace_id = in_workspace and s.limit_id = l.id) as used
    from limits l
    where l.workspace_id = in_workspace and l.max is not null
      and l.id in (select in_pool union select work_queue_id from lane union select deployment_id from lane)
  ), due as (
    select first.id, first.scheduled_time, lane.work_queue_id, lane.deployment_id, lane.priority,
      array(select b.id from bound b where b.id in (in_pool, lane.work_queue_id, lane.deployment_id)) as limit_ids
    from lane, lateral (
      select r.id, r.scheduled_time from flow_runs r
      where r.workspace_id = in_workspace and r.work_pool_id = in_pool and r.work_queue_id = lane.work_queue_id and r.deployment_id = lane.deployment_id
        and r.state_type = 'SCHEDULED' and r.holder_kind is null and r.work_pool_id is not null and r.scheduled_time <= clock
      order by r.scheduled_time, r.id limit lane_limit
    ) first
    where lane.first_due <= clock
  ), ahead as (
    select min(later.scheduled_time) as due from lane, lateral (
      select r.scheduled_time from flow_runs r
      where r.workspace_id = in_workspace and r.work_pool_id = in_pool and r.work_queue_id = lane.work_queue_id and r.deployment_id = lane.deployment_id
        and r.state_type = 'SCHEDULED' and r.holder_kind is null and r.work_pool_id is not null and r.scheduled_time > clock
      order by r.scheduled_time limit 1
    ) later
  )
  select
    (select coalesce(json_agg(json_build_object('id', id, 'work_queue_id', work_queue_id, 'priority', priority, 'deployment_id', deployment_id,
      'scheduled_time', scheduled_time, 'limit_ids', limit_ids) order by priority, scheduled_time, id), '[]'::json) from due),
    (select coalesce(json_agg(json_build_object('id', id, 'kind', kind, 'max', max, 'used', used)), '[]'::json) from bound),
    (select due from ahead)
    into runs, limits, next_due;
end
$$;

-- Pools of all workspaces with something claimable that is due within so many milliseconds.
create function due_pools(ahead float8) returns table (workspace_id uuid, work_pool_id uuid, due_at timestamptz) language sql stable as $$
  with recursive pool as (
    (
      select workspace_id, work_pool_id from flow_runs
      where state_type = 'SCHEDULED' and holder_kind is null and work_pool_id is not null
      order by workspace_id, work_pool_id limit 1
    )
    union all
    select next.workspace_id, next.work_pool_id from pool, lateral (
      select r.workspace_id, r.work_pool_id from flow_runs r
      where r.state_type = 'SCHEDULED' and r.holder_kind is null and r.work_pool_id is not null
        and (r.workspace_id, r.work_pool_id) > (pool.workspace_id, pool.work_pool_id)
      order by r.workspace_id, r.work_pool_id limit 1
    ) next
  )
  select pool.workspace_id, pool.work_pool_id, min(lane.first_due)
  from pool, lateral claimable_lanes(pool.workspace_id, pool.work_pool_id) lane
  group by pool.workspace_id, pool.work_pool_id
  having min(lane.first_due) <= now() + ahead * interval '1 millisecond'
$$;
