-- What happened, said by runs and by whoever else saw it. Kept for days, so in daily partitions: by the day in which the record heard of it, because the time
-- that an event gives for itself may be any. A row is never changed.
create table events (
  workspace_id uuid not null,
  id uuid not null,
  -- In UTC, when it was received.
  day date not null,
  xid xid8 not null default pg_current_xact_id(),
  received_at timestamptz not null,
  occurred timestamptz not null,
  name text collate "C" not null constraint events_name check (length(name) between 1 and 255),
  resource_id text collate "C" not null constraint events_resource_id check (length(resource_id) between 1 and 512),
  resource_labels jsonb not null constraint events_resource_labels check (jsonb_typeof(resource_labels) = 'object'),
  related jsonb not null constraint events_related check (jsonb_typeof(related) = 'array'),
  -- As it was written: jsonb would sort its names.
  payload json not null constraint events_payload check (json_typeof(payload) = 'object'),
  follows uuid,
  flow_run_id uuid,
  task_run_id uuid,
  primary key (workspace_id, id, day)
) partition by range (day);
-- Names and ids are ordered byte by byte (collation "C"), so that a prefix is a range of them, which row-level security lets an index answer.
create index events_by_time on events (workspace_id, occurred, id);
create index events_by_arrival on events (workspace_id, xid, id);
create index events_by_name on events (workspace_id, name, occurred, id);
create index events_by_resource on events (workspace_id, resource_id, occurred, id);
create index events_of_run on events (workspace_id, flow_run_id, occurred, id) where flow_run_id is not null;

-- What events are related to, one row for each event and resource: how they are found by it, in their order. `events.related` is what is shown.
create table event_related (
  workspace_id uuid not null,
  resource_id text collate "C" not null,
  occurred timestamptz not null,
  event_id uuid not null,
  day date not null,
  roles text[] not null,
  primary key (workspace_id, resource_id, occurred, event_id, day)
) partition by range (day);

do $$
declare
  parent text;
begin
  foreach parent in array array['events', 'event_related']
  loop
    execute format('alter table %I enable row level security', parent);
    execute format('alter table %I force row level security', parent);
    execute format('create policy everything on %I to weir_system using (true) with check (true)', parent);
    execute format('create policy own_workspace on %I to weir_app using (workspace_id = current_workspace()) with check (workspace_id = current_workspace())', parent);
    execute format('grant select, insert on %I to weir_app', parent);
    execute format('create table %I partition of %I default', parent || '_default', parent);
    execute format('alter table %I enable row level security', parent || '_default');
    execute format('alter table %I force row level security', parent || '_default');
    execute format('create policy everything on %I to weir_system using (true) with check (true)', parent || '_default');
  end loop;
end
$$;

-- Stores events, each id once: also one that came on an earlier day. (The same id twice in one moment on both sides of midnight would be two rows.) Answers the
-- ids that are new. An event of a run is related to the run, its task run, its flow and its deployment, whoever sent it.
create function insert_events(in_workspace uuid, given jsonb) returns uuid[] language plpgsql set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
#variable_conflict use_column
declare
  clock timestamptz := clock_timestamp();
  today date := (clock at time zone 'UTC')::date;
  -- Named by their ids, so that no plan reads other runs.
  run_ids uuid[];
  stored uuid[];
begin
  select array_agg(distinct (e ->> 'flow_run_id')::uuid) into run_ids from jsonb_array_elements(given) e where e ->> 'flow_run_id' is not null;
  with told as (
    select distinct on (e.id) e.*
    from jsonb_to_recordset(given) as e (id uuid, occurred timestamptz, name text, resource_id text, resource_labels jsonb, related jsonb, payload text,
      follows uuid, flow_run_id uuid, task_run_id uuid)
    order by e.id
  ), about as (
    select r.id, jsonb_path_query_array(jsonb_build_array(
        jsonb_build_object('id', 'weir.flow-run.' || r.id, 'role', 'flow-run', 'labels', jsonb_build_object('name', r.name)),
        jsonb_build_object('id', 'weir.flow.' || f.id, 'role', 'flow', 'labels', jsonb_build_object('name', f.name)),
        case when d.id is not null then
          jsonb_build_object('id', 'weir.deployment.' || d.id, 'role', 'deployment', 'labels', jsonb_build_object('name', f.name || '/' || d.name)) end
      ), '$[*] ? (@ != null)') as resources
    from flow_runs r
      join flows f on f.workspace_id = in_workspace and f.id = r.flow_id
      left join deployments d on d.workspace_id = in_workspace and d.id = r.deployment_id
    where r.workspace_id = in_workspace and r.id = any(run_ids)
  ), inserted as (
    insert into events (workspace_id, id, day, received_at, occurred, name, resource_id, resource_labels, related, payload, follows, flow_run_id, task_run_id)
    select in_workspace, t.id, today, clock, coalesce(t.occurred, clock), t.name, t.resource_id, t.resource_labels,
      t.related || coalesce(a.resources, '[]') || case when t.task_run_id is null then '[]'
        else jsonb_build_array(jsonb_build_object('id', 'weir.task-run.' || t.task_run_id, 'role', 'task-run', 'labels', '{}'::jsonb)) end,
      t.payload::json, t.follows, t.flow_run_id, t.task_run_id
    from told t left join about a on a.id = t.flow_run_id
    where not exists (select 1 from events e where e.workspace_id = in_workspace and e.id = t.id)
    on conflict do nothing
    returning id, occurred, related
  ), related as (
    insert into event_related (workspace_id, resource_id, occurred, event_id, day, roles)
    select in_workspace, one ->> 'id', i.occurred, i.id, today, array_agg(distinct one ->> 'role')
    from inserted i, jsonb_array_elements(i.related) one
    group by one ->> 'id', i.occurred, i.id
  )
  select coalesce(array_agg(i.id), '{}') into stored from inserted i;
  return stored;
end
$$;

-- As before, and with the events of a run's report.
create or replace function apply_changes(in_workspace uuid, payload jsonb)
returns table (
  now timestamptz, id uuid, written boolean, facts json, watched_until timestamptz,
  ring_work_pool boolean, due_at timestamptz, freed_limit_ids uuid[], ended_child_ids uuid[]
)
language plpgsql set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
#variable_conflict use_column
declare
  given_ids uuid[];
  clock timestamptz;
  -- Of the runs that were written: id, sequence before its facts, epoch of the report, whether its lease ended, whether it is final now.
  w_ids uuid[]; w_bases bigint[]; w_epochs integer[]; w_ended boolean[]; w_final boolean[];
  freed_runs uuid[]; freed_limits uuid[];
  ended_runs uuid[]; ended_children uuid[];
begin
  select array_agg((run ->> 'id')::uuid) into given_ids from jsonb_array_elements(payload -> 'runs') run;
  perform 1 from flow_runs r where r.workspace_id = in_workspace and r.id = any(given_ids) order by r.id for no key update;
  clock := clock_timestamp();

  with given as (
    select * from jsonb_to_recordset(payload -> 'runs') as g (
      id uuid, guard_state_id uuid, guard_epoch integer, guard_last_n integer, guards_heard_at boolean, guard_heard_at timestamptz,
      state jsonb, first_timestamp timestamptz, is_final boolean, start_time timestamptz, waiting_ms float8, starting_ms float8, running_ms float8,
      lease text, holder_kind text, holder_session_id uuid, heard boolean, raise_epoch boolean, last_n integer, run_count integer,
      scheduled_time timestamptz, clock_shift float8, infrastructure_id text, exit jsonb, fact_count integer)
  ), updated as (
    update flow_runs r set
      state_id = coalesce((g.state ->> 'id')::uuid, r.state_id),
      state_type = coalesce(g.state ->> 'type', r.state_type),
      state_name = coalesce(g.state ->> 'name', r.state_name),
      state_message = case when g.state is null then r.state_message else g.state ->> 'message' end,
      state_timestamp = coalesce((g.state ->> 'timestamp')::timestamptz, r.state_timestamp),
      state_details = coalesce(g.state -> 'details', r.state_details),
      run_count = coalesce(g.run_count, r.run_count),
      waiting_ms = r.waiting_ms + g.waiting_ms
        + case when r.state_type = 'SCHEDULED' then coalesce(elapsed_ms(greatest(r.state_timestamp, r.scheduled_time), g.first_timestamp), 0) else 0 end,
      starting_ms = r.starting_ms + g.starting_ms
        + case when r.state_type = 'PENDING' then coalesce(elapsed_ms(r.state_timestamp, g.first_timestamp), 0) else 0 end,
      running_ms = r.running_ms + g.running_ms
        + case when r.state_type = 'RUNNING' then coalesce(elapsed_ms(r.state_timestamp, g.first_timestamp), 0) else 0 end,
      start_time = coalesce(r.start_time, g.start_time),
      end_time = case
        when g.state is null then r.end_time
        when g.is_final then greatest((g.state ->> 'timestamp')::timestamptz, coalesce(r.start_time, g.start_time))
      end,
      scheduled_time = coalesce(g.scheduled_time, r.scheduled_time),
      epoch = r.epoch + case when g.raise_epoch then 1 else 0 end,
      last_n = case when g.raise_epoch then 0 else coalesce(g.last_n, r.last_n) end,
      clock_shift = case when g.raise_epoch then null else coalesce(g.clock_shift, r.clock_shift) end,
      holder_kind = case g.lease when 'end' then null when 'regain' then g.holder_kind else r.holder_kind end,
      holder_session_id = case g.lease when 'end' then null when 'regain' then g.holder_session_id else r.holder_session_id end,
      heard_at = case
        when g.lease = 'regain' or (g.heard and g.lease = 'keep' and r.holder_kind is not null) then clock
        when g.raise_epoch and g.lease = 'end' then null
        else r.heard_at
      end,
      claimed_at = case when g.lease = 'regain' then coalesce(r.claimed_at, clock) when g.raise_epoch and g.lease = 'end' then null else r.claimed_at end,
      infrastructure_id = coalesce(g.infrastructure_id, case when not g.raise_epoch then r.infrastructure_id end),
      exited_at = case when g.lease <> 'keep' or r.holder_kind is null then null when g.exit is not null then coalesce(r.exited_at, clock) else r.exited_at end,
      exit = case when g.lease <> 'keep' or r.holder_kind is null then null else coalesce(r.exit, g.exit) end,
      sequence = r.sequence + g.fact_count
    from given g
    where r.workspace_id = in_workspace and r.id = any(given_ids) and r.id = g.id and r.state_id = g.guard_state_id and r.epoch = g.guard_epoch
      and (g.guard_last_n is null or r.last_n = g.guard_last_n)
      and (not g.guards_heard_at or r.heard_at is not distinct from g.guard_heard_at)
    returning r.id, r.sequence - g.fact_count as base, g.guard_epoch as epoch, g.lease = 'end' as ended, coalesce(g.is_final, false) as is_final,
      g.lease = 'regain' as regained
  )
  select coalesce(array_agg(u.id), '{}'), array_agg(u.base), array_agg(u.epoch), array_agg(u.ended), array_agg(u.is_final)
    into w_ids, w_bases, w_epochs, w_ended, w_final
    from updated u;

  if cardinality(w_ids) > 0 then
    if jsonb_array_length(payload -> 'children') > 0 then
      perform apply_child_flow_runs(in_workspace, payload -> 'children', w_ids, w_epochs);
    end if;

    if jsonb_array_length(payload -> 'states') > 0 then
      insert into flow_run_states (workspace_id, flow_run_id, id, type, name, timestamp, message, details, epoch, is_history)
      select in_workspace, s.flow_run_id, s.id, s.type, s.name, s.timestamp, s.message, s.details, w.epoch, s.is_history
      from jsonb_to_recordset(payload -> 'states') as s (
          run uuid, flow_run_id uuid, id uuid, type text, name text, "timestamp" timestamptz, message text, details jsonb, is_history boolean)
        join unnest(w_ids, w_epochs) as w (id, epoch) on w.id = s.run
      where s.flow_run_id = s.run or exists (select 1 from flow_runs c where c.workspace_id = in_workspace and c.id = s.flow_run_id and c.root_flow_run_id = s.run)
      on conflict do nothing;
    end if;

    if jsonb_array_length(payload -> 'task_runs') > 0 then
      insert into task_runs as t (workspace_id, flow_run_id, id, name, task_key, dynamic_key, tags, run_count, state_type, state_name, states, called_at,
        start_time, end_time, run_time, upstream, parent_task_run_id, child_flow_run_id, cache_key, epoch, sequence)
      select in_workspace, f.flow_run_id, f.id, f.name, f.task_key, f.dynamic_key, f.tags, f.run_count, f.state_type, f.state_name, f.states, f.called_at,
        f.start_time, f.end_time, f.run_time, f.upstream, f.parent_task_run_id, f.child_flow_run_id, f.cache_key, w.epoch, w.base + f.position
      from jsonb_to_recordset(payload -> 'task_runs') as f (
          run uuid, position integer, flow_run_id uuid, id uuid, name text, task_key text, dynamic_key text, tags text[], run_count integer,
          state_type text, state_name text, states jsonb, called_at timestamptz, start_time timestamptz, end_time timestamptz, run_time float8,
          upstream uuid[], parent_task_run_id uuid, child_flow_run_id uuid, cache_key text)
        join unnest(w_ids, w_bases, w_epochs) as w (id, base, epoch) on w.id = f.run
      where f.flow_run_id = f.run or exists (select 1 from flow_runs c where c.workspace_id = in_workspace and c.id = f.flow_run_id and c.root_flow_run_id = f.run)
      on conflict (workspace_id, flow_run_id, id) do update set
        name = excluded.name, tags = excluded.tags, run_count = excluded.run_count, state_type = excluded.state_type, state_name = excluded.state_name,
        states = excluded.states, start_time = excluded.start_time, end_time = excluded.end_time, run_time = excluded.run_time,
        upstream = excluded.upstream, child_flow_run_id = coalesce(excluded.child_flow_run_id, t.child_flow_run_id), cache_key = excluded.cache_key,
        epoch = excluded.epoch, sequence = excluded.sequence;
    end if;

    if jsonb_array_length(payload -> 'logs') > 0 then
      insert into log_chunks (workspace_id, flow_run_id, sequence, epoch, chunk_id, lines, line_count, highest_level, first_time)
      select in_workspace, l.flow_run_id, w.base + l.position, w.epoch, l.chunk_id, l.lines, l.line_count, l.highest_level, l.first_time
      from jsonb_to_recordset(payload -> 'logs') as l (
          run uuid, position integer, flow_run_id uuid, chunk_id uuid, lines jsonb, line_count integer, highest_level integer, first_time timestamptz)
        join unnest(w_ids, w_bases, w_epochs) as w (id, base, epoch) on w.id = l.run
      where l.flow_run_id = l.run or exists (select 1 from flow_runs c where c.workspace_id = in_workspace and c.id = l.flow_run_id and c.root_flow_run_id = l.run)
      on conflict do nothing;
    end if;

    if jsonb_array_length(payload -> 'artifacts') > 0 then
      insert into artifacts (workspace_id, flow_run_id, id, task_run_id, key, type, description, data, created_at, updated_at, sequence)
      select in_workspace, a.flow_run_id, a.id, a.task_run_id, a.key, a.type, a.description, a.data, a.time, a.time, w.base + a.position
      from jsonb_to_recordset(payload -> 'artifacts') as a (
          run uuid, position integer, flow_run_id uuid, id uuid, task_run_id uuid, key text, type text, description text, data jsonb, "time" timestamptz)
        join unnest(w_ids, w_bases) as w (id, base) on w.id = a.run
      where a.flow_run_id = a.run or exists (select 1 from flow_runs c where c.workspace_id = in_workspace and c.id = a.flow_run_id and c.root_flow_run_id = a.run)
      on conflict (workspace_id, flow_run_id, id) do update set
        key = excluded.key, type = excluded.type, description = excluded.description, data = excluded.data,
        updated_at = excluded.updated_at, sequence = excluded.sequence;
    end if;

    if jsonb_array_length(payload -> 'events') > 0 then
      perform insert_events(in_workspace, (
        select jsonb_agg(e.event) from jsonb_array_elements(payload -> 'events') as e (event)
        where (e.event ->> 'run')::uuid = any(w_ids)
          and ((e.event ->> 'flow_run_id') = (e.event ->> 'run') or exists (
            select 1 from flow_runs c where c.workspace_id = in_workspace and c.id = (e.event ->> 'flow_run_id')::uuid and c.root_flow_run_id = (e.event ->> 'run')::uuid))));
    end if;

    -- Subflows end with their root's process.
    select array_agg(w.id) into ended_runs from unnest(w_ids, w_final) as w (id, is_final) where w.is_final;
    if ended_runs is not null then
      ended_children := end_child_flow_runs(in_workspace, ended_runs);
    end if;

    -- Slots live as long as the lease: gone with its end, back when it is regained (above the limit if need be).
    select array_agg(w.id) into ended_runs from unnest(w_ids, w_ended) as w (id, ended) where w.ended;
    if ended_runs is not null then
      with freed as (delete from slots s where s.workspace_id = in_workspace and s.flow_run_id = any(ended_runs) returning s.flow_run_id, s.limit_id)
      select array_agg(f.flow_run_id), array_agg(f.limit_id) into freed_runs, freed_limits from freed f;
    end if;
    if payload @? '$.runs[*] ? (@.lease == "regain")' then
      insert into slots (workspace_id, limit_id, flow_run_id, epoch, count, taken_at)
      select in_workspace, l.id, r.id, r.epoch, 1, clock
      from jsonb_to_recordset(payload -> 'runs') as g (id uuid, lease text)
        join flow_runs r on r.workspace_id = in_workspace and r.id = g.id
        join limits l on l.workspace_id = in_workspace and l.id in (r.work_pool_id, r.work_queue_id, r.deployment_id) and l.max is not null
      where g.lease = 'regain' and g.id = any(w_ids)
      on conflict do nothing;
    end if;

    if jsonb_array_length(payload -> 'changes') > 0 then
      insert into changes (workspace_id, topic, flow_run_id, changed)
      select in_workspace, c.topic, c.flow_run_id, c.changed
      from jsonb_to_recordset(payload -> 'changes') as c (run uuid, topic text, flow_run_id uuid, changed text[])
      where c.run = any(w_ids);
    end if;
  end if;

  return query
    select clock, g.id, coalesce(g.id = any(w_ids), false), case when r.id is null then null else row_to_json(r) end, r.watched_until,
      coalesce(r.work_pool_id is not null and r.holder_kind is null and (w.ended or r.state_type = 'SCHEDULED'), false),
      case when r.state_type = 'SCHEDULED' and r.holder_kind is null then r.scheduled_time end,
      coalesce((select array_agg(f.limit_id) from unnest(freed_runs, freed_limits) as f (id, limit_id) where f.id = g.id), '{}'),
      coalesce((select array_agg(c.id) from flow_runs c where c.workspace_id = in_workspace and c.id = any(ended_children) and c.root_flow_run_id = g.id), '{}')
    from unnest(given_ids) as g (id)
      left join unnest(w_ids, w_ended) as w (id, ended) on w.id = g.id
      left join (
        select id, workspace_id, state_id, state_type, state_name, state_message, state_timestamp, state_details, epoch, last_n, holder_kind, holder_session_id,
          heard_at, claimed_at, clock_shift, run_count, deployment_id, work_pool_id, work_pool_type, root_flow_run_id, start_time, retries, retry_on_crash,
          on_contact_lost, start_again, watched_until, scheduled_time
        from flow_runs where workspace_id = in_workspace and id = any(given_ids)
      ) r on r.id = g.id;
end
$$;

-- As before, and the days of events.
create or replace function make_partitions(days_ahead integer, out made text[], out moved bigint) language plpgsql as $$
declare
  parent text;
  week timestamptz;
  day timestamptz;
  received_on date;
  partition text;
  this_week timestamptz := date_trunc('week', now(), 'UTC');
begin
  made := '{}';
  moved := 0;
  perform pg_advisory_xact_lock(hashtextextended('make_partitions', 0));
  foreach parent in array array['flow_run_states', 'task_runs', 'log_chunks', 'artifacts']
  loop
    for week in execute format(
      'select this_week + n * interval ''7 days'' from generate_series(0, ceil($1 / 7.0)::int) n, (select $2 as this_week) this
       union
       select distinct date_trunc(''week'', instant_of_id(flow_run_id), ''UTC'') from %I
       where instant_of_id(flow_run_id) between now() - interval ''1 year'' and now() + interval ''1 year''
       order by 1', parent || '_default') using days_ahead, this_week
    loop
      partition := parent || '_' || to_char(week at time zone 'UTC', 'YYYYMMDD');
      continue when to_regclass(partition) is not null;
      moved := moved + make_partition(parent::regclass, partition, 'flow_run_id', id_at(week)::text, id_at(week + interval '7 days')::text);
      made := made || partition;
    end loop;
  end loop;
  -- What is kept for days has a partition for each; a handful of days ahead is plenty, and the hour's duty makes the next.
  for day in
    select date_trunc('day', now(), 'UTC') + n * interval '1 day' from generate_series(0, least(days_ahead, 3)) n
    union
    select distinct date_trunc('day', written_at, 'UTC') from changes_default
    order by 1
  loop
    partition := 'changes_' || to_char(day at time zone 'UTC', 'YYYYMMDD');
    continue when to_regclass(partition) is not null;
    moved := moved + make_partition('changes'::regclass, partition, 'written_at', day::text, (day + interval '1 day')::text);
    made := made || partition;
  end loop;
  foreach parent in array array['events', 'event_related']
  loop
    for received_on in execute format(
      'select (now() at time zone ''UTC'')::date + n from generate_series(0, least($1, 3)) n union select distinct day from %I order by 1', parent || '_default')
      using days_ahead
    loop
      partition := parent || '_' || to_char(received_on, 'YYYYMMDD');
      continue when to_regclass(partition) is not null;
      moved := moved + make_partition(parent::regclass, partition, 'day', received_on::text, (received_on + 1)::text);
      made := made || partition;
    end loop;
  end loop;
end
$$;

-- Drops days of events that ended longer ago; answers the names of their partitions.
create function drop_old_events(days integer) returns text[] language plpgsql as $$
declare
  partition text;
  dropped text[] := '{}';
begin
  for partition in
    select child.relname from pg_inherits join pg_class child on child.oid = inhrelid
    where inhparent in ('events'::regclass, 'event_related'::regclass) and child.relname ~ '_\d{8}$'
      and to_date(right(child.relname, 8), 'YYYYMMDD') + 1 + days <= (now() at time zone 'UTC')::date
    order by 1
  loop
    execute format('drop table %I', partition);
    dropped := dropped || partition;
  end loop;
  return dropped;
end
$$;
