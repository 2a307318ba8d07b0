-- Workers that are here without room are met as well, at the instant itself.
drop function held_occurrences(uuid, uuid, integer);
drop function meet_occurrences(uuid, uuid);

-- The due occurrences of a pool that are held, by schedule, each with the runs of its schedule that a decision needs; whether a schedule of what is due
-- is to be filled; whether anything of it is still to be noted as met.
create function held_occurrences(in_workspace uuid, in_pool uuid, most integer, out now timestamptz, out schedules json, out fill boolean, out unmet boolean)
language plpgsql as $$
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
    (select coalesce(bool_or(s.fill_at <= clock), false) from schedules s where s.workspace_id = in_workspace and s.id in (select schedule_id from due)),
    exists (
      select 1 from due d join schedules s on s.workspace_id = in_workspace and s.id = d.schedule_id
      where not d.is_met and s.catch_up <> 'all' and d.occurrence + s.max_lateness_ms * interval '1 millisecond' >= clock)
    into schedules, fill, unmet;
end
$$;

-- A worker of the pool is online: what is due and not too late yet was met, whatever else it waits for. Answers when the next occurrence is due.
create function meet_occurrences(in_workspace uuid, in_pool uuid) returns timestamptz language plpgsql as $$
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
  return (
    select r.scheduled_time from flow_runs r
    where r.workspace_id = in_workspace and r.work_pool_id = in_pool and r.schedule_id is not null and r.state_type = 'SCHEDULED' and r.holder_kind is null
      and r.scheduled_time > clock
    order by r.scheduled_time limit 1);
end
$$;
