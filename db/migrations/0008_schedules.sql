-- Schedules of deployments, and the runs that they make ahead of time ("occurrences"). What a schedule means is decided by core/schedules; here its
-- occurrences are kept: each (schedule, instant) is a run once, whoever fills, however often.

create table schedules (
  workspace_id uuid not null,
  id uuid not null,
  deployment_id uuid not null,
  slug text not null constraint schedules_slug check (slug ~ '^[a-z0-9][a-z0-9-]{0,99}$'),
  definition jsonb not null constraint schedules_definition check (jsonb_typeof(definition) = 'object'),
  parameters jsonb not null constraint schedules_parameters check (jsonb_typeof(parameters) = 'object'),
  is_paused boolean not null,
  catch_up text not null constraint schedules_catch_up check (catch_up in ('skip', 'latest', 'all')),
  max_lateness_ms double precision not null constraint schedules_max_lateness check (max_lateness_ms >= 0),
  overlap text not null constraint schedules_overlap
    check (overlap in ('allow', 'skip', 'queue-one', 'queue-all', 'cancel-running', 'terminate-running')),
  revision integer not null,
  filled_until timestamptz not null,
  fill_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (workspace_id, id),
  foreign key (workspace_id, deployment_id) references deployments (workspace_id, id) on delete cascade,
  constraint schedules_slug_once unique (workspace_id, deployment_id, slug)
) with (fillfactor = 70);
create index schedules_to_fill on schedules (fill_at) where fill_at is not null;

-- Occurrences ahead that a person has deleted: they are not made again.
create table deleted_occurrences (
  workspace_id uuid not null,
  schedule_id uuid not null,
  occurrence timestamptz not null,
  primary key (workspace_id, schedule_id, occurrence),
  foreign key (workspace_id, schedule_id) references schedules (workspace_id, id) on delete cascade
);

do $$
declare
  name text;
begin
  foreach name in array array['schedules', 'deleted_occurrences']
  loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format('create policy everything on %I to weir_system using (true) with check (true)', name);
    execute format(
      'create policy own_workspace on %I to weir_app using (workspace_id = current_workspace()) with check (workspace_id = current_workspace())', name);
  end loop;
end
$$;
grant select, insert, update, delete on schedules to weir_app;
grant select, insert, delete on deleted_occurrences to weir_app;
grant delete on flow_runs, flow_run_states, flow_run_tags to weir_app;

-- `occurrence` is the instant of the schedule and never moves; `scheduled_time` may (retries). `is_met`: a worker of the pool was online in time.
alter table flow_runs
  add column schedule_id uuid,
  add column occurrence timestamptz,
  add column is_met boolean not null default false,
  add constraint flow_runs_occurrence_is_whole check ((schedule_id is null) = (occurrence is null));
create unique index flow_runs_occurrence_once on flow_runs (workspace_id, schedule_id, occurrence) where schedule_id is not null;
-- What has not ended, or ended after an instant, of one schedule.
create index flow_runs_by_schedule_end on flow_runs (workspace_id, schedule_id, coalesce(end_time, 'infinity'::timestamptz), occurrence)
  where schedule_id is not null;
create index flow_runs_due_occurrences on flow_runs (workspace_id, work_pool_id, scheduled_time)
  where schedule_id is not null and state_type = 'SCHEDULED' and holder_kind is null;

create function note_deleted_occurrence() returns trigger language plpgsql as $$
begin
  if current_setting('app.removes_occurrences', true) is distinct from 'on' then
    insert into deleted_occurrences (workspace_id, schedule_id, occurrence)
    select old.workspace_id, s.id, old.occurrence from schedules s where s.workspace_id = old.workspace_id and s.id = old.schedule_id
    on conflict do nothing;
  end if;
  return null;
end
$$;
create trigger note_deleted_occurrence after delete on flow_runs for each row
  when (old.schedule_id is not null and old.occurrence > now()) execute function note_deleted_occurrence();

-- Removes the runs of these schedules that nobody has begun; with `since` only those whose instant is not before it.
create function remove_occurrences(in_workspace uuid, schedule_ids uuid[], since timestamptz) returns integer language plpgsql as $$
declare
  run_ids uuid[];
begin
  select array_agg(open.id) into run_ids from (
    select r.id from flow_runs r
    where r.workspace_id = in_workspace and r.schedule_id = any(schedule_ids) and coalesce(r.end_time, 'infinity') = 'infinity'
      and r.occurrence >= coalesce(since, '-infinity') and r.state_type = 'SCHEDULED' and r.holder_kind is null and r.run_count = 0 and r.epoch = 1
    order by r.id for update
  ) open;
  if run_ids is null then
    return 0;
  end if;
  perform set_config('app.removes_occurrences', 'on', true);
  delete from flow_runs r where r.workspace_id = in_workspace and r.id = any(run_ids);
  perform set_config('app.removes_occurrences', '', true);
  delete from flow_run_states s where s.workspace_id = in_workspace and s.flow_run_id = any(run_ids);
  delete from flow_run_tags t where t.workspace_id = in_workspace and t.flow_run_id = any(run_ids);
  insert into changes (workspace_id, topic, flow_run_id, changed) select in_workspace, 'flow-runs', id, array['state'] from unnest(run_ids) id;
  return cardinality(run_ids);
end
$$;

-- Whatever changes a deployment makes its occurrences anew: those ahead are removed here and filled by whoever looks next (api/schedules/fill-schedules.ts).
create function remake_occurrences() returns trigger language plpgsql as $$
declare
  schedule_ids uuid[];
  clock timestamptz;
begin
  select array_agg(s.id) into schedule_ids from (
    select id from schedules where workspace_id = new.workspace_id and deployment_id = new.id order by id for no key update
  ) s;
  if schedule_ids is not null then
    clock := clock_timestamp();
    update schedules s set revision = s.revision + 1,
      -- What nobody filled while we were away stays to be filled; what fell into a pause does not.
      filled_until = case when old.is_paused or s.is_paused then clock else least(s.filled_until, clock) end,
      fill_at = case when new.is_paused or s.is_paused then null else clock end
    where s.workspace_id = new.workspace_id and s.id = any(schedule_ids);
    perform remove_occurrences(new.workspace_id, schedule_ids, clock);
  end if;
  return null;
end
$$;
create trigger remake_occurrences after update on deployments for each row
  when ((old.is_paused, old.tags, old.work_pool_id, old.work_queue_id, old.parameters, old.job_variables, old.version_id, old.retries, old.retry_on_crash,
      old.on_contact_lost, old.start_again)
    is distinct from (new.is_paused, new.tags, new.work_pool_id, new.work_queue_id, new.parameters, new.job_variables, new.version_id, new.retries,
      new.retry_on_crash, new.on_contact_lost, new.start_again))
  execute function remake_occurrences();

-- Makes a schedule (`new_id`), or changes the one with `id`: what stands in `given` is set, the rest stays. What is ahead is removed, to be filled anew.
create function save_schedule(in_workspace uuid, given jsonb, out outcome text, out schedule_id uuid, out deployment_id uuid) language plpgsql as $$
#variable_conflict use_column
declare
  deployment deployments;
  before schedules;
  after schedules;
  clock timestamptz;
  base_slug text := coalesce(given ->> 'slug', given ->> 'base_slug');
  suffix integer := 1;
begin
  if given ? 'id' then
    select s.deployment_id into deployment_id from schedules s where s.workspace_id = in_workspace and s.id = (given ->> 'id')::uuid;
  else
    deployment_id := (given ->> 'deployment_id')::uuid;
  end if;
  -- One change of a deployment's schedules at a time.
  select * into deployment from deployments d where d.workspace_id = in_workspace and d.id = save_schedule.deployment_id for no key update;
  if deployment.id is null then
    outcome := 'not-found';
    return;
  end if;
  clock := clock_timestamp();
  if given ? 'id' then
    select * into before from schedules s where s.workspace_id = in_workspace and s.id = (given ->> 'id')::uuid for no key update;
    if before.id is null then
      outcome := 'not-found';
      return;
    end if;
    schedule_id := before.id;
    after := jsonb_populate_record(before, given);
    if after is not distinct from before then
      outcome := 'unchanged';
      return;
    end if;
    if exists (select 1 from schedules s where s.workspace_id = in_workspace and s.deployment_id = before.deployment_id and s.slug = after.slug and s.id <> before.id) then
      outcome := 'taken';
      return;
    end if;
    update schedules s set slug = after.slug, definition = after.definition, parameters = after.parameters, is_paused = after.is_paused,
      catch_up = after.catch_up, max_lateness_ms = after.max_lateness_ms, overlap = after.overlap, revision = before.revision + 1,
      filled_until = clock, fill_at = case when deployment.is_paused or after.is_paused then null else clock end, updated_at = clock
    where s.workspace_id = in_workspace and s.id = before.id;
    perform remove_occurrences(in_workspace, array[before.id], case when after.is_paused then null else clock end);
    outcome := 'changed';
  else
    if (select count(*) from schedules s where s.workspace_id = in_workspace and s.deployment_id = deployment.id) >= (given ->> 'most')::integer then
      outcome := 'too-many';
      return;
    end if;
    while given ->> 'slug' is null and exists (
      select 1 from schedules s where s.workspace_id = in_workspace and s.deployment_id = deployment.id
        and s.slug = base_slug || case when suffix > 1 then '-' || suffix else '' end)
    loop
      suffix := suffix + 1;
    end loop;
    schedule_id := (given ->> 'new_id')::uuid;
    insert into schedules (workspace_id, id, deployment_id, slug, definition, parameters, is_paused, catch_up, max_lateness_ms, overlap, revision,
      filled_until, fill_at, created_at, updated_at)
    values (in_workspace, schedule_id, deployment.id, base_slug || case when suffix > 1 then '-' || suffix else '' end, given -> 'definition',
      given -> 'parameters', (given ->> 'is_paused')::boolean, given ->> 'catch_up', (given ->> 'max_lateness_ms')::float8, given ->> 'overlap', 1,
      clock, case when deployment.is_paused or (given ->> 'is_paused')::boolean then null else clock end, clock, clock)
    on conflict do nothing;
    if not found then
      select s.id into schedule_id from schedules s where s.workspace_id = in_workspace and s.deployment_id = deployment.id and s.slug = base_slug;
      outcome := 'taken';
      return;
    end if;
    outcome := 'created';
  end if;
  insert into changes (workspace_id, topic, changed) values (in_workspace, 'deployments', '{}');
  perform note_deed(in_workspace, given -> 'deed', schedule_id::text);
end
$$;

-- Deletes schedules of a deployment (`ids` null: all of them) with the runs that nobody has begun; answers their ids. Runs that have begun stay.
create function delete_schedules(in_workspace uuid, in_deployment uuid, ids uuid[], deed jsonb) returns uuid[] language plpgsql as $$
declare
  found_ids uuid[];
begin
  perform 1 from deployments d where d.workspace_id = in_workspace and d.id = in_deployment for no key update;
  select array_agg(s.id) into found_ids from (
    select id from schedules where workspace_id = in_workspace and deployment_id = in_deployment and (ids is null or id = any(ids)) order by id for update
  ) s;
  if found_ids is null then
    return '{}';
  end if;
  perform remove_occurrences(in_workspace, found_ids, null);
  delete from schedules s where s.workspace_id = in_workspace and s.id = any(found_ids);
  insert into changes (workspace_id, topic, changed) values (in_workspace, 'deployments', '{}');
  perform note_deed(in_workspace, deed, in_deployment::text);
  return found_ids;
end
$$;

-- Job variables of several layers as one: later ones go over earlier ones, their `env` maps are merged.
create function merge_job_variables(pool jsonb, deployment jsonb) returns jsonb language sql immutable as $$
  select pool || deployment || case
    when jsonb_typeof(pool -> 'env') = 'object' or jsonb_typeof(deployment -> 'env') = 'object' then jsonb_build_object('env',
      case when jsonb_typeof(pool -> 'env') = 'object' then pool -> 'env' else '{}' end
        || case when jsonb_typeof(deployment -> 'env') = 'object' then deployment -> 'env' else '{}' end)
    else '{}' end
$$;

-- Makes the runs of many schedules, each only where its revision is still the one that was read and nothing pauses it.
-- `fills`: [{schedule_id, revision, filled_until, fill_at, occurrences: [{at, id, state_id, name}]}]. One row for every pool that has something new.
create function fill_schedules(in_workspace uuid, fills jsonb) returns table (work_pool_id uuid, first_due timestamptz, made integer) language plpgsql as $$
#variable_conflict use_column
declare
  clock timestamptz;
  live uuid[];
begin
  select array_agg(s.id) into live from (
    select s.id from schedules s join jsonb_to_recordset(fills) as g (schedule_id uuid, revision integer) on g.schedule_id = s.id and g.revision = s.revision
    where s.workspace_id = in_workspace and s.fill_at is not null
    order by s.id for no key update of s
  ) s;
  if live is null then
    return;
  end if;
  clock := clock_timestamp();
  update schedules s set filled_until = greatest(s.filled_until, g.filled_until), fill_at = g.fill_at
  from jsonb_to_recordset(fills) as g (schedule_id uuid, revision integer, filled_until timestamptz, fill_at timestamptz)
  where s.workspace_id = in_workspace and s.id = g.schedule_id and s.revision = g.revision and s.id = any(live);
  delete from deleted_occurrences o where o.workspace_id = in_workspace and o.schedule_id = any(live) and o.occurrence < clock - interval '1 day';
  return query
    with given as (
      select g.schedule_id, o.at, o.id, o.state_id, o.name
      from jsonb_to_recordset(fills) as g (schedule_id uuid, revision integer, occurrences jsonb)
        join schedules s on s.workspace_id = in_workspace and s.id = g.schedule_id and s.revision = g.revision and s.id = any(live),
        lateral jsonb_to_recordset(g.occurrences) as o (at timestamptz, id uuid, state_id uuid, name text)
      where not exists (
        select 1 from deleted_occurrences gone where gone.workspace_id = in_workspace and gone.schedule_id = g.schedule_id and gone.occurrence = o.at)
    ), made as (
      insert into flow_runs as r (workspace_id, id, flow_id, deployment_id, deployment_version_id, work_pool_id, work_pool_type, work_queue_id, name, parameters,
        tags, job_variables, created_by, state_id, state_type, state_name, state_message, state_timestamp, state_details, run_count, epoch, last_n, retries,
        retry_on_crash, on_contact_lost, start_again, scheduled_time, created_at, waiting_ms, starting_ms, running_ms, sequence, schedule_id, occurrence)
      select in_workspace, g.id, d.flow_id, d.id, d.version_id, d.work_pool_id, p.type, d.work_queue_id, g.name, d.parameters || s.parameters,
        case when 'auto-scheduled' = any(d.tags) then d.tags else d.tags || 'auto-scheduled'::text end, merge_job_variables(p.job_variables, d.job_variables),
        'schedule ' || s.slug, g.state_id, 'SCHEDULED', 'Scheduled', null, clock,
        jsonb_build_object('scheduledTime', extract(epoch from g.at)::float8 * 1000), 0, 1, 0, d.retries, d.retry_on_crash, d.on_contact_lost, d.start_again,
        g.at, clock, 0, 0, 0, 0, s.id, g.at
      from given g
        join schedules s on s.workspace_id = in_workspace and s.id = g.schedule_id
        join deployments d on d.workspace_id = in_workspace and d.id = s.deployment_id
        join work_pools p on p.workspace_id = in_workspace and p.id = d.work_pool_id
      on conflict do nothing
      returning r.id, r.state_id, r.state_details, r.tags, r.work_pool_id, r.scheduled_time
    ), stated as (
      insert into flow_run_states (workspace_id, flow_run_id, id, type, name, timestamp, message, details, epoch, is_history)
      select in_workspace, m.id, m.state_id, 'SCHEDULED', 'Scheduled', clock, null, m.state_details, 1, false from made m
    ), tagged as (
      insert into flow_run_tags (workspace_id, flow_run_id, tag) select in_workspace, m.id, tag from made m, unnest(m.tags) tag
    ), told as (
      insert into changes (workspace_id, topic, flow_run_id, changed) select in_workspace, 'flow-runs', m.id, array['state'] from made m
    )
    select m.work_pool_id, min(m.scheduled_time), count(*)::integer from made m group by m.work_pool_id;
end
$$;

-- Whether a run that its schedule made, and that is due, cannot be given out as it stands: it was missed, or an earlier run of its schedule is in its way.
-- core/schedules/settle-occurrences.ts says what becomes of it.
create function is_held_occurrence(in_workspace uuid, in_schedule uuid, in_occurrence timestamptz, was_met boolean, clock timestamptz) returns boolean
language sql stable as $$
  select coalesce((
    select (s.catch_up <> 'all' and not was_met and in_occurrence + s.max_lateness_ms * interval '1 millisecond' < clock
        and (s.catch_up = 'skip' or s.filled_until <= clock or exists (
          select 1 from flow_runs later
          where later.workspace_id = in_workspace and later.schedule_id = in_schedule and later.occurrence > in_occurrence and later.occurrence <= clock
            and (later.end_time is null or later.start_time is not null))))
      or (s.overlap <> 'allow' and exists (
        select 1 from flow_runs e
        where e.workspace_id = in_workspace and e.schedule_id = in_schedule and coalesce(e.end_time, 'infinity') > in_occurrence
          and e.occurrence < in_occurrence and (e.end_time is null or (s.overlap = 'skip' and e.start_time is not null))))
      or (s.overlap = 'queue-one' and 2 <= (
        select count(*) from flow_runs e
        where e.workspace_id = in_workspace and e.schedule_id = in_schedule and coalesce(e.end_time, 'infinity') > in_occurrence
          and e.occurrence < in_occurrence and (e.end_time is null or e.start_time is not null)))
    from schedules s where s.workspace_id = in_workspace and s.id = in_schedule
  ), false)
$$;

-- The due occurrences of a pool that are held, by schedule, each with the runs of its schedule that a decision needs; whether a schedule of what is due
-- is to be filled.
create function held_occurrences(in_workspace uuid, in_pool uuid, most integer, out now timestamptz, out schedules json, out fill boolean) language plpgsql as $$
#variable_conflict use_column
declare
  clock timestamptz := clock_timestamp();
begin
  now := clock;
  with due as materialized (
    select r.id, r.schedule_id, r.occurrence, r.is_met from flow_runs r
    where r.workspace_id = in_workspace and r.work_pool_id = in_pool and r.schedule_id is not null and r.state_type = 'SCHEDULED' and r.holder_kind is null
      and r.scheduled_time <= clock
    order by r.scheduled_time limit most
  ), held as materialized (
    select d.schedule_id, min(d.occurrence) as first, array_agg(d.id) as ids
    from due d join flow_runs r on r.workspace_id = in_workspace and r.id = d.id
    where r.epoch = 1 and r.run_count = 0 and is_held_occurrence(in_workspace, d.schedule_id, d.occurrence, d.is_met, clock)
    group by d.schedule_id
  )
  select
    (select coalesce(json_agg(json_build_object('id', s.id, 'slug', s.slug, 'catch_up', s.catch_up, 'max_lateness_ms', s.max_lateness_ms, 'overlap', s.overlap,
        'filled_until', s.filled_until, 'held', h.ids, 'runs', (
          select coalesce(json_agg(json_build_object('occurrence', e.occurrence, 'is_met', e.is_met, 'end_time', e.end_time, 'facts', row_to_json(e)) order by e.occurrence), '[]'::json)
          from (
            select * from flow_runs r
            where r.workspace_id = in_workspace and r.schedule_id = s.id and coalesce(r.end_time, 'infinity') > h.first and r.occurrence <= clock
            order by r.occurrence limit most
          ) e))), '[]'::json)
      from held h join schedules s on s.workspace_id = in_workspace and s.id = h.schedule_id),
    (select coalesce(bool_or(s.fill_at <= clock), false) from schedules s where s.workspace_id = in_workspace and s.id in (select schedule_id from due))
    into schedules, fill;
end
$$;

-- A worker of the pool is online: what is due and not too late yet was met, whatever else it waits for.
create function meet_occurrences(in_workspace uuid, in_pool uuid) returns void language sql as $$
  with due as (
    select r.id from flow_runs r join schedules s on s.workspace_id = in_workspace and s.id = r.schedule_id
    where r.workspace_id = in_workspace and r.work_pool_id = in_pool and r.schedule_id is not null and r.state_type = 'SCHEDULED' and r.holder_kind is null
      and r.scheduled_time <= clock_timestamp() and not r.is_met and r.occurrence + s.max_lateness_ms * interval '1 millisecond' >= clock_timestamp()
    order by r.id for no key update of r
  )
  update flow_runs r set is_met = true from due where r.workspace_id = in_workspace and r.id = due.id
$$;

-- Pools of all workspaces with due occurrences that nobody has taken.
create function pools_with_due_occurrences() returns table (workspace_id uuid, work_pool_id uuid) language sql stable as $$
  with recursive pool as (
    (
      select workspace_id, work_pool_id from flow_runs
      where schedule_id is not null and state_type = 'SCHEDULED' and holder_kind is null
      order by workspace_id, work_pool_id limit 1
    )
    union all
    select next.workspace_id, next.work_pool_id from pool, lateral (
      select r.workspace_id, r.work_pool_id from flow_runs r
      where r.schedule_id is not null and r.state_type = 'SCHEDULED' and r.holder_kind is null
        and (r.workspace_id, r.work_pool_id) > (pool.workspace_id, pool.work_pool_id)
      order by r.workspace_id, r.work_pool_id limit 1
    ) next
  )
  select pool.workspace_id, pool.work_pool_id from pool
  where exists (
    select 1 from flow_runs r
    where r.workspace_id = pool.workspace_id and r.work_pool_id = pool.work_pool_id and r.schedule_id is not null and r.state_type = 'SCHEDULED'
      and r.holder_kind is null and r.scheduled_time <= now())
$$;

-- What dispatch chooses from: of each lane that nothing pauses the first few due runs that their schedule does not hold; the limits they come under with their use; when the next is due.
create or replace function waiting_flow_runs(in_workspace uuid, in_pool uuid, lane_limit integer, out now timestamptz, out is_paused boolean, out runs json,
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
        and (r.schedule_id is null or r.epoch > 1 or r.run_count > 0 or not is_held_occurrence(in_workspace, r.schedule_id, r.occurrence, r.is_met, clock))
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
