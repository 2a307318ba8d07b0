-- Plans that were made just after a small table was analysed read all of it, and kept doing so while it grew: then a scan of its one page is truly the cheapest.
-- It never stays so, and the table is not analysed again before many more runs have come. So these functions do not plan for a small table.
alter function apply_changes(uuid, jsonb) set enable_seqscan = off;
alter function claim_flow_runs(uuid, uuid, jsonb) set enable_seqscan = off;

-- What dispatch chooses from: of each lane that nothing pauses the first few due runs that their schedule does not hold, and of those that somebody with a place
-- to lend waits for, the first few as well; the limits they come under, but for places that are lent to them, with their use; when the next is due.
create or replace function waiting_flow_runs(in_workspace uuid, in_pool uuid, lane_limit integer, out now timestamptz, out is_paused boolean, out runs json,
  out limits json, out next_due timestamptz) language plpgsql
  set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off as $$
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
        -- One by one and by id: `offset 0` keeps the planner from turning it round and reading all that is due for the few that are awaited.
        cross join lateral (select * from flow_runs own where own.workspace_id = in_workspace and own.id = awaited.id offset 0) r
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
