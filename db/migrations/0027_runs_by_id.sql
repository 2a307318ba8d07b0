-- Runs are named by their ids, so that no plan reads the others: a list that comes as JSON says nothing to the planner of how long it is, and on a table that was
-- small when a connection made its plan, it read all of it for every change. And plans are made once a connection: their parameters are ids, whose values change
-- nothing about how they are best looked up, and planning took longer than what was planned.
create or replace function apply_changes(in_workspace uuid, payload jsonb)
returns table (
  now timestamptz, id uuid, written boolean, facts json, watched_until timestamptz,
  ring_work_pool boolean, due_at timestamptz, freed_limit_ids uuid[], ended_child_ids uuid[]
)
language plpgsql set plan_cache_mode = force_generic_plan as $$
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

-- As before; see above.
create or replace function claim_flow_runs(in_workspace uuid, in_pool uuid, claims jsonb, out now timestamptz, out refusal text, out subject_ids uuid[])
language plpgsql set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare
  run_ids uuid[];
  limit_ids uuid[];
  wanted integer[];
  -- Places that are lent: run, limit, lender and how long.
  b_runs uuid[]; b_limits uuid[]; b_lenders uuid[]; b_untils timestamptz[];
begin
  perform pg_advisory_xact_lock_shared(limits_lock(in_workspace));
  select array_agg((claim ->> 'flowRunId')::uuid) into run_ids from jsonb_array_elements(claims) claim;

  select array_agg(distinct l.id) into limit_ids
  from flow_runs r join limits l on l.workspace_id = in_workspace and l.id in (r.work_pool_id, r.work_queue_id, r.deployment_id) and l.max is not null
  where r.workspace_id = in_workspace and r.id = any(run_ids);
  if limit_ids is not null then
    perform 1 from limits where workspace_id = in_workspace and id = any(limit_ids) order by id for no key update;
    if exists (select 1 from flow_run_waits w where w.workspace_id = in_workspace and w.flow_run_id = any(run_ids)) then
      select array_agg(lent.run_id), array_agg(lent.limit_id), array_agg(lent.lender), array_agg(lent.until) into b_runs, b_limits, b_lenders, b_untils
      from (
        select distinct on (l.id, lent.lender) r.id as run_id, l.id as limit_id, lent.lender, lent.until
        from flow_runs r join limits l on l.workspace_id = in_workspace and l.id = any(limit_ids) and l.id in (r.work_pool_id, r.work_queue_id, r.deployment_id),
          lateral slot_lender(in_workspace, r.id, l.id) lent
        where r.workspace_id = in_workspace and r.id = any(run_ids)
        order by l.id, lent.lender, r.scheduled_time, r.id
      ) lent;
    end if;
    select array_agg(asked.id), array_agg(asked.wanted) into limit_ids, wanted from (
      select l.id, (count(*) - count(lent.run_id))::integer as wanted
      from flow_runs r
        join limits l on l.workspace_id = in_workspace and l.id = any(limit_ids) and l.id in (r.work_pool_id, r.work_queue_id, r.deployment_id)
        left join unnest(b_runs, b_limits) as lent (run_id, limit_id) on lent.run_id = r.id and lent.limit_id = l.id
      where r.workspace_id = in_workspace and r.id = any(run_ids) group by l.id
    ) asked;
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
      and r.state_type = 'SCHEDULED' and r.holder_kind is null and r.scheduled_time <= now
      and (r.schedule_id is null or r.epoch > 1 or r.run_count > 0 or not is_held_occurrence(in_workspace, r.schedule_id, r.occurrence, r.is_met, now)));
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
    where r.workspace_id = in_workspace and r.id = any(run_ids) and r.id = c."flowRunId"
    returning r.id, r.state_id, r.state_timestamp, r.epoch, r.work_pool_id, r.work_queue_id, r.deployment_id
  ), noted as (
    insert into flow_run_states (workspace_id, flow_run_id, id, type, name, timestamp, message, details, epoch, is_history)
    select in_workspace, id, state_id, 'PENDING', 'Pending', state_timestamp, null, '{}', epoch, false from claimed
  )
  insert into slots (workspace_id, limit_id, flow_run_id, epoch, count, taken_at, borrowed_from, borrowed_until)
  select in_workspace, l.id, claimed.id, claimed.epoch, 1, now, lent.lender, lent.until
  from claimed join unnest(limit_ids) as l (id) on l.id in (claimed.work_pool_id, claimed.work_queue_id, claimed.deployment_id)
    left join unnest(b_runs, b_limits, b_lenders, b_untils) as lent (run_id, limit_id, lender, until) on lent.run_id = claimed.id and lent.limit_id = l.id;
  perform note_state_change(in_workspace, run_ids);
end
$$;

-- By who waits, for those that a place may be lent to.
create index flow_run_waits_by_waiter on flow_run_waits (workspace_id, waiter_id, flow_run_id);

-- What dispatch chooses from: of each lane that nothing pauses the first few due runs that their schedule does not hold, and of those that somebody with a place
-- to lend waits for, the first few as well; the limits they come under, but for places that are lent to them, with their use; when the next is due.
create or replace function waiting_flow_runs(in_workspace uuid, in_pool uuid, lane_limit integer, out now timestamptz, out is_paused boolean, out runs json,
  out limits json, out next_due timestamptz) language plpgsql set plan_cache_mode = force_generic_plan as $$
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
  with recursive lane as materialized (
    select lane.work_queue_id, lane.deployment_id, lane.first_due, q.priority
    from claimable_lanes(in_workspace, in_pool) lane
      join work_queues q on q.workspace_id = in_workspace and q.id = lane.work_queue_id and not q.is_paused
      join deployments d on d.workspace_id = in_workspace and d.id = lane.deployment_id and not d.is_paused
  ), bound as materialized (
    select l.id, l.kind, l.max, slots_used(in_workspace, l.id) as used
    from limits l
    where l.workspace_id = in_workspace and l.max is not null
      and l.id in (select in_pool union select work_queue_id from lane union select deployment_id from lane)
  ), lender as (
    -- Who waits, and has a place of a full limit that is lent to nobody yet.
    select distinct s.flow_run_id as id
    from bound b join slots s on s.workspace_id = in_workspace and s.limit_id = b.id
    where b.used >= b.max
      and exists (select 1 from flow_run_waits w where w.workspace_id = in_workspace and w.waiter_id = s.flow_run_id and w.until > clock)
      and not exists (
        select 1 from slots taken where taken.workspace_id = in_workspace and taken.limit_id = s.limit_id and taken.borrowed_from = s.flow_run_id
          and taken.borrowed_until > clock)
  ), awaited as (
    select lender.id as lender_id, w.flow_run_id as id from lender
      join flow_run_waits w on w.workspace_id = in_workspace and w.waiter_id = lender.id and w.until > clock
    union
    select awaited.lender_id, w.flow_run_id from awaited
      join flow_run_waits w on w.workspace_id = in_workspace and w.waiter_id = awaited.id and w.until > clock
  ), turn as (
    select first.id, first.scheduled_time, lane.work_queue_id, lane.deployment_id, lane.priority
    from lane, lateral (
      select r.id, r.scheduled_time from flow_runs r
      where r.workspace_id = in_workspace and r.work_pool_id = in_pool and r.work_queue_id = lane.work_queue_id and r.deployment_id = lane.deployment_id
        and r.state_type = 'SCHEDULED' and r.holder_kind is null and r.work_pool_id is not null and r.scheduled_time <= clock
        and (r.schedule_id is null or r.epoch > 1 or r.run_count > 0 or not is_held_occurrence(in_workspace, r.schedule_id, r.occurrence, r.is_met, clock))
      order by r.scheduled_time, r.id limit lane_limit
    ) first
    where lane.first_due <= clock
    union
    -- A place may be lent to them, however many stand before them in their lane.
    select first.id, first.scheduled_time, first.work_queue_id, first.deployment_id, first.priority
    from (
      select r.id, r.scheduled_time, lane.work_queue_id, lane.deployment_id, lane.priority,
        row_number() over (partition by awaited.lender_id order by r.scheduled_time, r.id) as place
      from awaited
        join flow_runs r on r.workspace_id = in_workspace and r.id = awaited.id
        join lane on lane.work_queue_id = r.work_queue_id and lane.deployment_id = r.deployment_id
      where r.work_pool_id = in_pool and r.state_type = 'SCHEDULED' and r.holder_kind is null and r.scheduled_time <= clock
        and (r.schedule_id is null or r.epoch > 1 or r.run_count > 0 or not is_held_occurrence(in_workspace, r.schedule_id, r.occurrence, r.is_met, clock))
    ) first
    where first.place <= lane_limit
  ), due as (
    select turn.*, array(select b.id from bound b where b.id in (in_pool, turn.work_queue_id, turn.deployment_id)) as limit_ids from turn
  ), lent as (
    -- A place serves one run: the first of those that it is lent to.
    select distinct on (b.id, loan.lender) due.id as run_id, b.id as limit_id
    from due join flow_run_waits w on w.workspace_id = in_workspace and w.flow_run_id = due.id
      join bound b on b.id = any(due.limit_ids), lateral slot_lender(in_workspace, due.id, b.id) loan
    order by b.id, loan.lender, due.scheduled_time, due.id
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
      'scheduled_time', scheduled_time,
      'limit_ids', array(select unnest(limit_ids) except select lent.limit_id from lent where lent.run_id = due.id)) order by priority, scheduled_time, id), '[]'::json) from due),
    (select coalesce(json_agg(json_build_object('id', id, 'kind', kind, 'max', max, 'used', used)), '[]'::json) from bound),
    (select due from ahead)
    into runs, limits, next_due;
end
$$;

-- What stands in the way of an occurrence is looked up by instants, whose values do matter: as before, whoever calls it.
alter function is_held_occurrence(uuid, uuid, timestamptz, boolean, timestamptz) set plan_cache_mode = auto;
