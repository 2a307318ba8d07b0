-- Runs that wait for runs. Whoever waits lends its slots: to the run that it waits for, and to those that this one waits for in turn.
create table flow_run_waits (
  workspace_id uuid not null,
  -- The run that is waited for.
  flow_run_id uuid not null,
  -- The run whose process waits, and whose lease holds the slots.
  waiter_id uuid not null,
  until timestamptz not null,
  primary key (workspace_id, flow_run_id, waiter_id)
);
alter table flow_run_waits enable row level security;
alter table flow_run_waits force row level security;
create policy everything on flow_run_waits to weir_system using (true) with check (true);
create policy own_workspace on flow_run_waits to weir_app using (workspace_id = current_workspace()) with check (workspace_id = current_workspace());
grant select, insert, update on flow_run_waits to weir_app;

-- A borrowed place counts with the lender's: one of the two is waiting. Until then, and as long as the lender has its own.
alter table slots add column borrowed_from uuid;
alter table slots add column borrowed_until timestamptz;
alter table slots add constraint slots_borrowed_is_whole check ((borrowed_from is null) = (borrowed_until is null));

-- Children that their parent's end has to reach: deployed, and not over.
create index flow_runs_open_children on flow_runs (workspace_id, parent_flow_run_id) where parent_flow_run_id is not null and end_time is null;

-- How many places of a limit are taken.
create function slots_used(in_workspace uuid, in_limit uuid) returns integer language sql stable as $$
  select coalesce(sum(s.count), 0)::integer from slots s
  where s.workspace_id = in_workspace and s.limit_id = in_limit
    and not (s.borrowed_from is not null and s.borrowed_until > clock_timestamp() and exists (
      select 1 from slots lender where lender.workspace_id = in_workspace and lender.limit_id = in_limit and lender.flow_run_id = s.borrowed_from))
$$;

-- Whose place of this limit the run may take: that of the nearest run that waits for it (or for one that waits for it), if nobody has it yet.
create function slot_lender(in_workspace uuid, in_run uuid, in_limit uuid) returns table (lender uuid, until timestamptz) language sql stable as $$
  with recursive chain as (
    select w.waiter_id, w.until, 1 as depth from flow_run_waits w
    where w.workspace_id = in_workspace and w.flow_run_id = in_run and w.until > clock_timestamp()
    union all
    select w.waiter_id, least(chain.until, w.until), chain.depth + 1
    from chain join flow_run_waits w on w.workspace_id = in_workspace and w.flow_run_id = chain.waiter_id and w.until > clock_timestamp()
    where chain.depth < 32
  )
  select chain.waiter_id, chain.until from chain
  where exists (select 1 from slots s where s.workspace_id = in_workspace and s.limit_id = in_limit and s.flow_run_id = chain.waiter_id)
    and not exists (
      select 1 from slots s where s.workspace_id = in_workspace and s.limit_id = in_limit and s.borrowed_from = chain.waiter_id
        and s.borrowed_until > clock_timestamp())
  order by chain.depth, chain.until desc limit 1
$$;

-- Who is cancelled with these runs: their deployed children, those of their subflows, and theirs in turn, as far as they are not over.
create function open_descendants(in_workspace uuid, run_ids uuid[]) returns table (id uuid) language sql stable as $$
  with recursive family as (
    select id from unnest(run_ids) as given (id)
    union
    select child.id from family join flow_runs child on child.workspace_id = in_workspace and child.parent_flow_run_id = family.id
    where child.root_flow_run_id is not null or child.end_time is null
  )
  select child.id from family join flow_runs child on child.workspace_id = in_workspace and child.id = family.id
  where child.end_time is null and child.root_flow_run_id is null and child.id <> all(run_ids)
$$;

create or replace function lock_full_limits(in_workspace uuid, limit_ids uuid[], wanted integer[]) returns uuid[] language plpgsql as $$
declare
  full_ids uuid[];
begin
  perform 1 from limits where workspace_id = in_workspace and id = any(limit_ids) order by id for no key update;
  -- A statement of its own: it sees what was committed while the locks were waited for.
  select array_agg(l.id) into full_ids
  from unnest(limit_ids, wanted) as asked (id, wanted) join limits l on l.workspace_id = in_workspace and l.id = asked.id
  where asked.wanted > 0 and l.max < asked.wanted + slots_used(in_workspace, l.id);
  return full_ids;
end
$$;

-- Gives SCHEDULED runs to sessions, all or none. `claims`: [{flowRunId, sessionId, workerId, stateId}]. A place that is lent to the run takes no new one.
create or replace function claim_flow_runs(in_workspace uuid, in_pool uuid, claims jsonb, out now timestamptz, out refusal text, out subject_ids uuid[])
language plpgsql as $$
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
  insert into slots (workspace_id, limit_id, flow_run_id, epoch, count, taken_at, borrowed_from, borrowed_until)
  select in_workspace, l.id, claimed.id, claimed.epoch, 1, now, lent.lender, lent.until
  from claimed join unnest(limit_ids) as l (id) on l.id in (claimed.work_pool_id, claimed.work_queue_id, claimed.deployment_id)
    left join unnest(b_runs, b_limits, b_lenders, b_untils) as lent (run_id, limit_id, lender, until) on lent.run_id = claimed.id and lent.limit_id = l.id;
  perform note_state_change(in_workspace, run_ids);
end
$$;

-- What dispatch chooses from: of each lane that nothing pauses the first few due runs that their schedule does not hold; the limits they come under, but for
-- places that are lent to them, with their use; when the next is due.
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
    select l.id, l.kind, l.max, slots_used(in_workspace, l.id) as used
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
