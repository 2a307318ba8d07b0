-- The statements that change a run's state; nothing else does. Each is one function, called once: its inner statements have plans that stay in the
-- connection, each sees what was committed when it began (READ COMMITTED), and locks are taken in one order: limits by id, then runs by id.
-- docs/decisions: why functions and not one statement of many parts.

-- Tells listeners: one row a topic. `changed` are parts of core/topics.ts.
create function note_state_change(in_workspace uuid, run_ids uuid[]) returns void language sql as $$
  insert into changes (workspace_id, topic, flow_run_id, changed)
  select in_workspace, topic, run_id, array['state']
  from unnest(run_ids) run_id, lateral (values ('flow-runs'), ('flow-run/' || run_id)) as heard (topic)
$$;

-- Held for a moment by every claim, and alone by whoever makes a limit begin: so no claim that saw "no limit" is still on its way when its leases are counted.
create function limits_lock(in_workspace uuid) returns bigint language sql immutable as $$
  select hashtextextended('limits/' || in_workspace::text, 0)
$$;

-- Writes decided changes of many runs, each with all its facts or not at all. One row for every run named.
-- `payload` is made by db/transitions/run-write-payload.ts.
create function apply_changes(in_workspace uuid, payload jsonb)
returns table (
  now timestamptz, id uuid, written boolean, facts json, watched_until timestamptz,
  ring_work_pool boolean, due_at timestamptz, freed_limit_ids uuid[], ended_child_ids uuid[]
)
language plpgsql as $$
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
    where r.workspace_id = in_workspace and r.id = g.id and r.state_id = g.guard_state_id and r.epoch = g.guard_epoch
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

-- The flow of this name, made when there is none.
create function ensure_flow(in_workspace uuid, flow_name text, proposed_id uuid default null) returns uuid language plpgsql as $$
declare
  found_id uuid;
begin
  select id into found_id from flows where workspace_id = in_workspace and name = flow_name;
  if found_id is null then
    insert into flows (workspace_id, id, name, created_at) values (in_workspace, coalesce(proposed_id, new_id()), flow_name, now()) on conflict do nothing;
    select id into found_id from flows where workspace_id = in_workspace and name = flow_name;
  end if;
  return found_id;
end
$$;

-- Subflows as their root reports them: no lease, no slots; made by their first fact.
create function apply_child_flow_runs(in_workspace uuid, children jsonb, root_ids uuid[], epochs integer[]) returns void language plpgsql as $$
#variable_conflict use_column
declare
  child record;
  state jsonb;
begin
  for child in
    select c.*, w.epoch from jsonb_to_recordset(children) as c (
        run uuid, position integer, id uuid, parent_flow_run_id uuid, parent_task_run_id uuid, flow_name text, name text, parameters jsonb, tags text[],
        run_count integer, created_at timestamptz, state jsonb, first_timestamp timestamptz, is_final boolean, start_time timestamptz,
        waiting_ms float8, starting_ms float8, running_ms float8)
      join unnest(root_ids, epochs) as w (id, epoch) on w.id = c.run
    order by c.id
  loop
    state := child.state;
    update flow_runs r set
      state_id = coalesce((state ->> 'id')::uuid, r.state_id),
      state_type = coalesce(state ->> 'type', r.state_type),
      state_name = coalesce(state ->> 'name', r.state_name),
      state_message = case when state is null then r.state_message else state ->> 'message' end,
      state_timestamp = coalesce((state ->> 'timestamp')::timestamptz, r.state_timestamp),
      state_details = coalesce(state -> 'details', r.state_details),
      run_count = child.run_count,
      waiting_ms = r.waiting_ms + child.waiting_ms
        + case when r.state_type = 'SCHEDULED' then coalesce(elapsed_ms(greatest(r.state_timestamp, r.scheduled_time), child.first_timestamp), 0) else 0 end,
      starting_ms = r.starting_ms + child.starting_ms
        + case when r.state_type = 'PENDING' then coalesce(elapsed_ms(r.state_timestamp, child.first_timestamp), 0) else 0 end,
      running_ms = r.running_ms + child.running_ms
        + case when r.state_type = 'RUNNING' then coalesce(elapsed_ms(r.state_timestamp, child.first_timestamp), 0) else 0 end,
      start_time = coalesce(r.start_time, child.start_time),
      end_time = case
        when state is null then r.end_time
        when child.is_final then greatest((state ->> 'timestamp')::timestamptz, coalesce(r.start_time, child.start_time))
      end,
      scheduled_time = coalesce((state -> 'details' ->> 'scheduledTime')::float8 / 1000 * interval '1 second' + timestamptz 'epoch', r.scheduled_time),
      epoch = child.epoch
    where r.workspace_id = in_workspace and r.id = child.id and r.root_flow_run_id = child.run;
    continue when found or state is null;

    insert into flow_runs (workspace_id, id, flow_id, name, parameters, tags, job_variables, parent_flow_run_id, parent_task_run_id, root_flow_run_id,
      state_id, state_type, state_name, state_message, state_timestamp, state_details, run_count, epoch, last_n, retries, retry_on_crash, on_contact_lost,
      start_again, scheduled_time, created_at, start_time, end_time, waiting_ms, starting_ms, running_ms, sequence)
    values (in_workspace, child.id, ensure_flow(in_workspace, child.flow_name), child.name, child.parameters, child.tags, '{}', child.parent_flow_run_id,
      child.parent_task_run_id, child.run, (state ->> 'id')::uuid, state ->> 'type', state ->> 'name', state ->> 'message',
      (state ->> 'timestamp')::timestamptz, state -> 'details', child.run_count, child.epoch, 0, '{"count":0,"delay":0,"jitter":0}', 0, 'continue', false,
      case when state ->> 'type' = 'SCHEDULED' then (state ->> 'timestamp')::timestamptz end, child.created_at, child.start_time,
      case when child.is_final then greatest((state ->> 'timestamp')::timestamptz, child.start_time) end,
      child.waiting_ms, child.starting_ms, child.running_ms, 0)
    on conflict do nothing;
    insert into flow_run_tags (workspace_id, flow_run_id, tag) select in_workspace, child.id, tag from unnest(child.tags) tag on conflict do nothing;
  end loop;
end
$$;

-- What a root's end leaves behind of its subflows: CANCELLED with a cancelled root, CRASHED otherwise.
create function end_child_flow_runs(in_workspace uuid, root_ids uuid[]) returns uuid[] language plpgsql as $$
#variable_conflict use_column
declare
  ended uuid[];
begin
  with open as (
    select c.id, new_id() as state_id, root.state_type = 'CANCELLED' as is_cancelled, root.epoch,
      greatest(root.state_timestamp, c.state_timestamp + interval '1 microsecond') as at
    from flow_runs c join flow_runs root on root.workspace_id = in_workspace and root.id = c.root_flow_run_id
    where c.workspace_id = in_workspace and c.root_flow_run_id = any(root_ids) and not is_final(c.state_type)
    order by c.id for no key update of c
  ), written as (
    update flow_runs c set
      state_id = open.state_id,
      state_type = case when open.is_cancelled then 'CANCELLED' else 'CRASHED' end,
      state_name = case when open.is_cancelled then 'Cancelled' else 'Crashed' end,
      state_message = 'Ended with the run that called it',
      state_timestamp = open.at,
      state_details = '{}',
      running_ms = c.running_ms + case when c.state_type = 'RUNNING' then elapsed_ms(c.state_timestamp, open.at) else 0 end,
      starting_ms = c.starting_ms + case when c.state_type = 'PENDING' then elapsed_ms(c.state_timestamp, open.at) else 0 end,
      end_time = greatest(open.at, c.start_time)
    from open where c.workspace_id = in_workspace and c.id = open.id
    returning c.id, c.state_id, c.state_type, c.state_name, c.state_message, c.state_timestamp, open.epoch
  ), noted as (
    insert into flow_run_states (workspace_id, flow_run_id, id, type, name, timestamp, message, details, epoch, is_history)
    select in_workspace, id, state_id, state_type, state_name, state_timestamp, state_message, '{}', epoch, false from written
  )
  select array_agg(id) into ended from written;
  if ended is not null then
    perform note_state_change(in_workspace, ended);
  end if;
  return ended;
end
$$;

-- Inserts one run: SCHEDULED as given, or already PENDING with a lease. False when its id or its idempotency key is there.
create function put_flow_run(in_workspace uuid, run jsonb, clock timestamptz, is_claimed boolean) returns boolean language plpgsql as $$
declare
  state jsonb := run -> 'state';
  due timestamptz := coalesce((run ->> 'scheduled_time')::timestamptz, (state ->> 'timestamp')::timestamptz);
  pending_at timestamptz := greatest(clock, (state ->> 'timestamp')::timestamptz + interval '1 microsecond');
  run_id uuid := (run ->> 'id')::uuid;
begin
  insert into flow_runs (workspace_id, id, flow_id, deployment_id, deployment_version_id, work_pool_id, work_pool_type, work_queue_id, name, parameters, tags,
    job_variables, idempotency_key, created_by, parent_flow_run_id, parent_task_run_id, state_id, state_type, state_name, state_message, state_timestamp,
    state_details, run_count, epoch, last_n, holder_kind, holder_session_id, heard_at, claimed_at, worker_id, retries, retry_on_crash, on_contact_lost,
    start_again, scheduled_time, created_at, end_time, waiting_ms, starting_ms, running_ms, sequence)
  values (in_workspace, run_id, (run ->> 'flow_id')::uuid, (run ->> 'deployment_id')::uuid, (run ->> 'deployment_version_id')::uuid,
    (run ->> 'work_pool_id')::uuid, run ->> 'work_pool_type', (run ->> 'work_queue_id')::uuid, run ->> 'name', run -> 'parameters',
    array(select jsonb_array_elements_text(run -> 'tags')), run -> 'job_variables', run ->> 'idempotency_key', run ->> 'created_by',
    (run ->> 'parent_flow_run_id')::uuid, (run ->> 'parent_task_run_id')::uuid,
    case when is_claimed then (run ->> 'pending_state_id')::uuid else (state ->> 'id')::uuid end,
    case when is_claimed then 'PENDING' else state ->> 'type' end,
    case when is_claimed then 'Pending' else state ->> 'name' end,
    case when is_claimed then null else state ->> 'message' end,
    case when is_claimed then pending_at else (state ->> 'timestamp')::timestamptz end,
    case when is_claimed then '{}' else state -> 'details' end,
    0, 1, 0,
    case when is_claimed then 'worker' end, case when is_claimed then (run ->> 'session_id')::uuid end, case when is_claimed then clock end,
    case when is_claimed then clock end, case when is_claimed then (run ->> 'worker_id')::uuid end,
    run -> 'retries', (run ->> 'retry_on_crash')::integer, run ->> 'on_contact_lost', (run ->> 'start_again')::boolean,
    due, (run ->> 'created_at')::timestamptz, case when not is_claimed and is_final(state ->> 'type') then (state ->> 'timestamp')::timestamptz end,
    case when is_claimed then elapsed_ms(greatest((state ->> 'timestamp')::timestamptz, due), pending_at) else 0 end, 0, 0, 0)
  on conflict do nothing;
  if not found then
    return false;
  end if;
  insert into flow_run_states (workspace_id, flow_run_id, id, type, name, timestamp, message, details, epoch, is_history)
  select in_workspace, run_id, (state ->> 'id')::uuid, state ->> 'type', state ->> 'name', (state ->> 'timestamp')::timestamptz, state ->> 'message', state -> 'details', 1, false
  union all
  select in_workspace, run_id, (run ->> 'pending_state_id')::uuid, 'PENDING', 'Pending', pending_at, null, '{}', 1, false where is_claimed;
  if jsonb_array_length(run -> 'tags') > 0 then
    insert into flow_run_tags (workspace_id, flow_run_id, tag) select in_workspace, run_id, tag from jsonb_array_elements_text(run -> 'tags') tag;
  end if;
  perform note_state_change(in_workspace, array[run_id]);
  return true;
end
$$;

-- The run that stands in the way of this one: same id, or same idempotency key of the same flow.
create function existing_flow_run(in_workspace uuid, run jsonb) returns uuid language sql stable as $$
  select coalesce(
    (select id from flow_runs where workspace_id = in_workspace and flow_id = (run ->> 'flow_id')::uuid and idempotency_key = run ->> 'idempotency_key'),
    (select id from flow_runs where workspace_id = in_workspace and id = (run ->> 'id')::uuid))
$$;

create function insert_flow_run(in_workspace uuid, run jsonb, out now timestamptz, out flow_run_id uuid, out existed boolean) language plpgsql as $$
begin
  now := clock_timestamp();
  existed := not put_flow_run(in_workspace, run, now, false);
  flow_run_id := case when existed then existing_flow_run(in_workspace, run) else (run ->> 'id')::uuid end;
end
$$;

create function start_flow_run(in_workspace uuid, run jsonb, out now timestamptz, out existed boolean, out state_id uuid, out epoch integer) language plpgsql as $$
#variable_conflict use_column
declare
  state jsonb := run -> 'state';
  run_id uuid := (run ->> 'id')::uuid;
begin
  now := clock_timestamp();
  insert into flow_runs (workspace_id, id, flow_id, name, parameters, tags, job_variables, created_by, state_id, state_type, state_name, state_message,
    state_timestamp, state_details, run_count, epoch, last_n, holder_kind, heard_at, claimed_at, retries, retry_on_crash, on_contact_lost, start_again,
    created_at, start_time, waiting_ms, starting_ms, running_ms, sequence)
  values (in_workspace, run_id, ensure_flow(in_workspace, run ->> 'flow_name', (run ->> 'flow_id')::uuid), run ->> 'name', run -> 'parameters',
    array(select jsonb_array_elements_text(run -> 'tags')), '{}', run ->> 'created_by', (state ->> 'id')::uuid, state ->> 'type', state ->> 'name',
    state ->> 'message', (state ->> 'timestamp')::timestamptz, state -> 'details', 1, 1, 0, 'runner', now, now,
    '{"count":0,"delay":0,"jitter":0}', 0, 'continue', false, (run ->> 'created_at')::timestamptz, (state ->> 'timestamp')::timestamptz, 0, 0, 0, 0)
  on conflict do nothing;
  existed := not found;
  if existed then
    select r.state_id, r.epoch into state_id, epoch from flow_runs r where r.workspace_id = in_workspace and r.id = run_id;
    return;
  end if;
  insert into flow_run_states (workspace_id, flow_run_id, id, type, name, timestamp, message, details, epoch, is_history)
  values (in_workspace, run_id, (state ->> 'id')::uuid, state ->> 'type', state ->> 'name', (state ->> 'timestamp')::timestamptz, state ->> 'message', state -> 'details', 1, false);
  insert into flow_run_tags (workspace_id, flow_run_id, tag) select in_workspace, run_id, tag from jsonb_array_elements_text(run -> 'tags') tag on conflict do nothing;
  perform note_state_change(in_workspace, array[run_id]);
  state_id := (state ->> 'id')::uuid;
  epoch := 1;
end
$$;

-- Locks these limits in the order of their ids; answers those that have no room for so many more.
create function lock_full_limits(in_workspace uuid, limit_ids uuid[], wanted integer[]) returns uuid[] language plpgsql as $$
declare
  full_ids uuid[];
begin
  perform 1 from limits where workspace_id = in_workspace and id = any(limit_ids) order by id for no key update;
  -- A statement of its own: it sees what was committed while the locks were waited for.
  select array_agg(l.id) into full_ids
  from unnest(limit_ids, wanted) as asked (id, wanted) join limits l on l.workspace_id = in_workspace and l.id = asked.id
  where l.max < asked.wanted + (select coalesce(sum(s.count), 0) from slots s where s.workspace_id = in_workspace and s.limit_id = l.id);
  return full_ids;
end
$$;

-- Gives SCHEDULED runs to sessions, all or none. `claims`: [{flowRunId, sessionId, workerId, stateId}].
create function claim_flow_runs(in_workspace uuid, in_pool uuid, claims jsonb, out now timestamptz, out refusal text, out subject_ids uuid[])
language plpgsql as $$
#variable_conflict use_column
declare
  run_ids uuid[];
  limit_ids uuid[];
  wanted integer[];
begin
  perform pg_advisory_xact_lock_shared(limits_lock(in_workspace));
  select array_agg((claim ->> 'flowRunId')::uuid) into run_ids from jsonb_array_elements(claims) claim;

  select array_agg(asked.id), array_agg(asked.wanted) into limit_ids, wanted from (
    select l.id, count(*)::integer as wanted
    from flow_runs r join limits l on l.workspace_id = in_workspace and l.id in (r.work_pool_id, r.work_queue_id, r.deployment_id) and l.max is not null
    where r.workspace_id = in_workspace and r.id = any(run_ids) group by l.id
  ) asked;
  if limit_ids is not null then
    subject_ids := lock_full_limits(in_workspace, limit_ids, wanted);
    if subject_ids is not null then
      now := clock_timestamp();
      refusal := 'limit';
      return;
    end if;
  end if;

  perform 1 from flow_runs r where r.workspace_id = in_workspace and r.id = any(run_ids) order by r.id for no key update;
  now := clock_timestamp();
  select array_agg(claim.id) into subject_ids from unnest(run_ids) as claim (id)
  where not exists (
    select 1 from flow_runs r where r.workspace_id = in_workspace and r.id = claim.id and r.work_pool_id = in_pool
      and r.state_type = 'SCHEDULED' and r.holder_kind is null and r.scheduled_time <= now);
  if subject_ids is not null then
    refusal := 'run';
    return;
  end if;
  select array_agg(r.id) into subject_ids
  from flow_runs r
    join work_pools p on p.workspace_id = in_workspace and p.id = r.work_pool_id
    join work_queues q on q.workspace_id = in_workspace and q.id = r.work_queue_id
    join deployments d on d.workspace_id = in_workspace and d.id = r.deployment_id
  where r.workspace_id = in_workspace and r.id = any(run_ids) and (p.is_paused or q.is_paused or d.is_paused);
  if subject_ids is not null then
    refusal := 'paused';
    return;
  end if;
  select array_agg(distinct (claim ->> 'sessionId')::uuid) into subject_ids from jsonb_array_elements(claims) claim
  where not exists (
    select 1 from worker_sessions s where s.workspace_id = in_workspace and s.id = (claim ->> 'sessionId')::uuid and s.work_pool_id = in_pool and s.ended_at is null);
  if subject_ids is not null then
    refusal := 'session';
    return;
  end if;

  with claimed as (
    update flow_runs r set
      waiting_ms = r.waiting_ms + elapsed_ms(greatest(r.state_timestamp, r.scheduled_time), now),
      state_id = c."stateId", state_type = 'PENDING', state_name = 'Pending', state_message = null, state_details = '{}',
      state_timestamp = greatest(now, r.state_timestamp + interval '1 microsecond'),
      holder_kind = 'worker', holder_session_id = c."sessionId", heard_at = now, claimed_at = now, worker_id = c."workerId", exited_at = null, exit = null,
      infrastructure_id = null
    from jsonb_to_recordset(claims) as c ("flowRunId" uuid, "sessionId" uuid, "workerId" uuid, "stateId" uuid)
    where r.workspace_id = in_workspace and r.id = c."flowRunId"
    returning r.id, r.state_id, r.state_timestamp, r.epoch, r.work_pool_id, r.work_queue_id, r.deployment_id
  ), noted as (
    insert into flow_run_states (workspace_id, flow_run_id, id, type, name, timestamp, message, details, epoch, is_history)
    select in_workspace, id, state_id, 'PENDING', 'Pending', state_timestamp, null, '{}', epoch, false from claimed
  )
  insert into slots (workspace_id, limit_id, flow_run_id, epoch, count, taken_at)
  select in_workspace, l.id, claimed.id, claimed.epoch, 1, now
  from claimed join unnest(limit_ids) as l (id) on l.id in (claimed.work_pool_id, claimed.work_queue_id, claimed.deployment_id);
  perform note_state_change(in_workspace, run_ids);
end
$$;

-- The lanes of a pool that hold claimable runs, with the earliest time in each: steps over the index from lane to lane.
create function claimable_lanes(in_workspace uuid, in_pool uuid) returns table (work_queue_id uuid, deployment_id uuid, first_due timestamptz)
language sql stable as $$
  with recursive lane as (
    (
      select work_queue_id, deployment_id, scheduled_time from flow_runs
      where workspace_id = in_workspace and work_pool_id = in_pool and state_type = 'SCHEDULED' and holder_kind is null and work_pool_id is not null
      order by work_queue_id, deployment_id, scheduled_time limit 1
    )
    union all
    select next.work_queue_id, next.deployment_id, next.scheduled_time
    from lane, lateral (
      select work_queue_id, deployment_id, scheduled_time from flow_runs
      where workspace_id = in_workspace and work_pool_id = in_pool and state_type = 'SCHEDULED' and holder_kind is null and work_pool_id is not null
        and (work_queue_id, deployment_id) > (lane.work_queue_id, lane.deployment_id)
      order by work_queue_id, deployment_id, scheduled_time limit 1
    ) next
  )
  select work_queue_id, deployment_id, scheduled_time from lane
$$;

-- Inserts a run that is PENDING already, unless something due comes first or a limit is full. `run` is the row of insert_flow_run with
-- session_id, worker_id, pending_state_id.
create function offer_flow_run(in_workspace uuid, run jsonb, out now timestamptz, out outcome text, out flow_run_id uuid) language plpgsql as $$
#variable_conflict use_column
declare
  pool uuid := (run ->> 'work_pool_id')::uuid;
  queue uuid := (run ->> 'work_queue_id')::uuid;
  deployment uuid := (run ->> 'deployment_id')::uuid;
  own_priority integer;
  paused boolean;
  limit_ids uuid[];
begin
  now := clock_timestamp();
  flow_run_id := existing_flow_run(in_workspace, run);
  if flow_run_id is not null then
    outcome := 'existed';
    return;
  end if;

  select q.priority, p.is_paused or q.is_paused or d.is_paused into own_priority, paused
  from work_pools p
    join work_queues q on q.workspace_id = in_workspace and q.id = queue and q.work_pool_id = p.id
    join deployments d on d.workspace_id = in_workspace and d.id = deployment
  where p.workspace_id = in_workspace and p.id = pool;
  if paused is distinct from false then
    outcome := 'paused';
    return;
  end if;
  if not exists (
    select 1 from worker_sessions s where s.workspace_id = in_workspace and s.id = (run ->> 'session_id')::uuid and s.work_pool_id = pool and s.ended_at is null
  ) then
    outcome := 'session';
    return;
  end if;

  perform pg_advisory_xact_lock_shared(limits_lock(in_workspace));
  select array_agg(l.id) into limit_ids from limits l where l.workspace_id = in_workspace and l.id in (pool, queue, deployment) and l.max is not null;
  if limit_ids is not null and lock_full_limits(in_workspace, limit_ids, array_fill(1, array[cardinality(limit_ids)])) is not null then
    outcome := 'limit';
    return;
  end if;

  -- What comes first: due, of this priority or a higher one, and not itself blocked by a pause or a full limit of its lane.
  if exists (
    select 1 from claimable_lanes(in_workspace, pool) lane
      join work_queues q on q.workspace_id = in_workspace and q.id = lane.work_queue_id
      join deployments d on d.workspace_id = in_workspace and d.id = lane.deployment_id
    where lane.first_due <= now and q.priority <= own_priority and not q.is_paused and not d.is_paused
      and not exists (
        select 1 from limits l where l.workspace_id = in_workspace and l.id in (q.id, d.id)
          and l.max <= (select coalesce(sum(s.count), 0) from slots s where s.workspace_id = in_workspace and s.limit_id = l.id))
  ) then
    outcome := 'waiting';
    return;
  end if;

  now := clock_timestamp();
  if not put_flow_run(in_workspace, run, now, true) then
    outcome := 'existed';
    flow_run_id := existing_flow_run(in_workspace, run);
    return;
  end if;
  flow_run_id := (run ->> 'id')::uuid;
  outcome := 'assigned';
  if limit_ids is not null then
    insert into slots (workspace_id, limit_id, flow_run_id, epoch, count, taken_at)
    select in_workspace, l.id, flow_run_id, 1, 1, now from unnest(limit_ids) as l (id);
  end if;
end
$$;

-- What a session holds by the record.
create function held_flow_runs(in_workspace uuid, in_pool uuid, in_session uuid) returns json language sql stable as $$
  select coalesce(json_agg(json_build_object('id', id, 'epoch', epoch, 'state_id', state_id, 'state_type', state_type) order by id), '[]'::json)
  from flow_runs where workspace_id = in_workspace and work_pool_id = in_pool and holder_kind is not null and holder_session_id = in_session
$$;

-- `hello`: the worker is in this life now; earlier lives of it are over.
create function open_session(in_workspace uuid, hello jsonb, out now timestamptz, out worker_id uuid, out resumed boolean, out ended boolean,
  out ended_session_ids uuid[], out holding json) language plpgsql as $$
#variable_conflict use_column
declare
  pool uuid := (hello ->> 'work_pool_id')::uuid;
  session uuid := (hello ->> 'session_id')::uuid;
  known worker_sessions;
begin
  now := clock_timestamp();
  ended_session_ids := '{}';
  select * into known from worker_sessions s where s.workspace_id = in_workspace and s.id = session for no key update;
  resumed := known.id is not null;
  ended := known.ended_at is not null;
  worker_id := known.worker_id;
  if not ended then
    insert into workers as w (workspace_id, id, work_pool_id, name, type, version, hostname, labels, slots, session_id, last_seen_at, created_at)
    values (in_workspace, (hello ->> 'worker_id')::uuid, pool, hello ->> 'name', hello ->> 'type', hello ->> 'version', hello ->> 'hostname',
      hello -> 'labels', (hello ->> 'slots')::integer, session, now, now)
    on conflict (workspace_id, work_pool_id, name) do update set
      type = excluded.type, version = excluded.version, hostname = excluded.hostname, labels = excluded.labels, slots = excluded.slots,
      session_id = excluded.session_id, last_seen_at = excluded.last_seen_at
    returning w.id into worker_id;
    with over as (
      update worker_sessions s set ended_at = now where s.workspace_id = in_workspace and s.worker_id = open_session.worker_id and s.id <> session and s.ended_at is null
      returning s.id
    )
    select coalesce(array_agg(over.id), '{}') into ended_session_ids from over;
    insert into worker_sessions as s (workspace_id, id, worker_id, work_pool_id, queues, slots, started_at, heard_at)
    values (in_workspace, session, worker_id, pool, array(select jsonb_array_elements_text(hello -> 'queues')), (hello ->> 'slots')::integer, now, now)
    on conflict (workspace_id, id) do update set heard_at = excluded.heard_at, queues = excluded.queues, slots = excluded.slots;
    perform renew_leases(in_workspace, pool, array[session], now);
    insert into changes (workspace_id, topic, flow_run_id, changed) values (in_workspace, 'work-pools', null, '{}');
  end if;
  holding := held_flow_runs(in_workspace, pool, session);
end
$$;

-- Contact reaches every run that the sessions hold. Runs are locked in the order of their ids.
create function renew_leases(in_workspace uuid, in_pool uuid, session_ids uuid[], clock timestamptz) returns void language sql as $$
  with held as (
    select id from flow_runs
    where workspace_id = in_workspace and work_pool_id = in_pool and holder_kind is not null and holder_session_id = any(session_ids)
    order by id for no key update
  )
  update flow_runs r set heard_at = greatest(r.heard_at, clock) from held
  where r.workspace_id = in_workspace and r.id = held.id and r.holder_session_id = any(session_ids)
$$;

create function renew_sessions(in_workspace uuid, in_pool uuid, session_ids uuid[], out now timestamptz, out sessions json) language plpgsql as $$
#variable_conflict use_column
declare
  alive uuid[];
begin
  perform 1 from worker_sessions s where s.workspace_id = in_workspace and s.id = any(session_ids) and s.ended_at is null order by s.id for no key update;
  now := clock_timestamp();
  with heard as (
    update worker_sessions s set heard_at = now
    where s.workspace_id = in_workspace and s.id = any(session_ids) and s.work_pool_id = in_pool and s.ended_at is null returning s.id, s.worker_id
  ), seen as (
    update workers w set last_seen_at = now from heard where w.workspace_id = in_workspace and w.id = heard.worker_id and w.session_id = heard.id
  )
  select coalesce(array_agg(heard.id), '{}') into alive from heard;
  perform renew_leases(in_workspace, in_pool, alive, now);
  select coalesce(json_agg(json_build_object('id', s.id, 'holding', held_flow_runs(in_workspace, in_pool, s.id))), '[]'::json) into sessions
  from unnest(alive) as s (id);
end
$$;
