-- The runs of one schedule that have not ended, and those that ended after an instant, each by an index of its own: with one for both, the planner reads
-- the whole history of a schedule.
drop index flow_runs_by_schedule_end;
create index flow_runs_open_of_schedule on flow_runs (workspace_id, schedule_id, occurrence) where schedule_id is not null and end_time is null;
create index flow_runs_of_schedule_by_end on flow_runs (workspace_id, schedule_id, end_time) where schedule_id is not null and end_time is not null;

-- Removes the runs of these schedules that nobody has begun; with `since` only those whose instant is not before it.
create or replace function remove_occurrences(in_workspace uuid, schedule_ids uuid[], since timestamptz) returns integer language plpgsql as $$
declare
  run_ids uuid[];
begin
  select array_agg(open.id) into run_ids from (
    select r.id from flow_runs r
    where r.workspace_id = in_workspace and r.schedule_id = any(schedule_ids) and r.end_time is null
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

-- Runs of a schedule that had begun before an instant and ended after it. The other bound of `occurrence` is no index condition on purpose.
create function ended_across(in_workspace uuid, in_schedule uuid, instant timestamptz, most integer) returns integer language sql stable as $$
  select count(*)::integer from (
    select 1 from flow_runs e
    where e.workspace_id = in_workspace and e.schedule_id = in_schedule and e.end_time > instant and e.occurrence + interval '0' < instant
      and e.start_time is not null
    limit most) e
$$;

-- Whether a run that its schedule made, and that is due, cannot be given out as it stands: it was missed, or an earlier run of its schedule is in its way.
-- core/schedules/settle-occurrences.ts says what becomes of it.
create or replace function is_held_occurrence(in_workspace uuid, in_schedule uuid, in_occurrence timestamptz, was_met boolean, clock timestamptz) returns boolean
language plpgsql stable as $$
declare
  schedule schedules;
  open_ones integer;
begin
  select * into schedule from schedules s where s.workspace_id = in_workspace and s.id = in_schedule;
  if schedule.id is null then
    return false;
  end if;
  if schedule.catch_up <> 'all' and not was_met and in_occurrence + schedule.max_lateness_ms * interval '1 millisecond' < clock then
    if schedule.catch_up = 'skip' or schedule.filled_until <= clock then
      return true;
    end if;
    perform 1 from flow_runs later
    where later.workspace_id = in_workspace and later.schedule_id = in_schedule and later.occurrence > in_occurrence and later.occurrence <= clock
      and (later.end_time is null or later.start_time is not null) limit 1;
    if found then
      return true;
    end if;
  end if;
  if schedule.overlap = 'allow' then
    return false;
  end if;
  select count(*) into open_ones from (
    select 1 from flow_runs e
    where e.workspace_id = in_workspace and e.schedule_id = in_schedule and e.end_time is null and e.occurrence < in_occurrence limit 2) e;
  return open_ones > 0
    or schedule.overlap = 'skip' and ended_across(in_workspace, in_schedule, in_occurrence, 1) > 0
    or schedule.overlap = 'queue-one' and ended_across(in_workspace, in_schedule, in_occurrence, 2) > 1;
end
$$;

-- The due occurrences of a pool that are held, by schedule, each with the runs of its schedule that a decision needs; whether a schedule of what is due
-- is to be filled.
create or replace function held_occurrences(in_workspace uuid, in_pool uuid, most integer, out now timestamptz, out schedules json, out fill boolean) language plpgsql as $$
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
            (
              select * from flow_runs r
              where r.workspace_id = in_workspace and r.schedule_id = s.id and r.end_time is null and r.occurrence <= clock
              order by r.occurrence limit most
            )
            union all
            (
              select * from flow_runs r
              where r.workspace_id = in_workspace and r.schedule_id = s.id and r.end_time > h.first and r.occurrence + interval '0' <= clock
              order by r.end_time limit most
            )
          ) e))), '[]'::json)
      from held h join schedules s on s.workspace_id = in_workspace and s.id = h.schedule_id),
    (select coalesce(bool_or(s.fill_at <= clock), false) from schedules s where s.workspace_id = in_workspace and s.id in (select schedule_id from due))
    into schedules, fill;
end
$$;

-- A worker of the pool is online: what is due and not too late yet was met, whatever else it waits for.
create or replace function meet_occurrences(in_workspace uuid, in_pool uuid) returns void language plpgsql as $$
declare
  clock timestamptz := clock_timestamp();
begin
  with due as (
    select r.id from flow_runs r join schedules s on s.workspace_id = in_workspace and s.id = r.schedule_id
    where r.workspace_id = in_workspace and r.work_pool_id = in_pool and r.schedule_id is not null and r.state_type = 'SCHEDULED' and r.holder_kind is null
      and r.scheduled_time <= clock and not r.is_met and r.occurrence + s.max_lateness_ms * interval '1 millisecond' >= clock
    order by r.id for no key update of r
  )
  update flow_runs r set is_met = true from due where r.workspace_id = in_workspace and r.id = due.id;
end
$$;
