-- A claim gives nothing out that its schedule holds back by now: an earlier run that was lost may have come back since the choice was made.
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
