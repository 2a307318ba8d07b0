-- What a process leaves of its tasks when it is gone ends with its run: CANCELLED with a cancelled run, CRASHED otherwise. A task that was never started
-- (NotReady) stays what it is. Reports that bring more write over it.
create function end_task_runs() returns trigger language plpgsql as $$
declare
  root uuid := coalesce(new.root_flow_run_id, new.id);
  end_type text := case when new.state_type = 'CANCELLED' then 'CANCELLED' else 'CRASHED' end;
  details jsonb := case when new.state_type = 'CRASHED' and new.state_details ->> 'cause' = 'lost' then '{"cause":"lost"}' else '{}' end;
begin
  with left_over as (
    select t.id, greatest(new.state_timestamp, timestamptz 'epoch' + ((t.states -> -1 ->> 'timestamp')::float8 + 0.001) * interval '1 millisecond') as at,
      t.states -> -1 as last
    from task_runs t
    where t.workspace_id = new.workspace_id and t.flow_run_id = new.id and not is_final(t.state_type) and t.state_name <> 'NotReady'
  ), ended as (
    update task_runs t set
      state_type = end_type,
      state_name = initcap(end_type),
      states = t.states || jsonb_build_array(jsonb_build_object('id', new_id(), 'type', end_type, 'name', initcap(end_type),
        'timestamp', round(extract(epoch from o.at) * 1000, 3), 'message', 'Ended with its flow run', 'details', details)),
      end_time = greatest(o.at, t.start_time),
      run_time = t.run_time + case when o.last ->> 'type' = 'RUNNING'
        then greatest(0, extract(epoch from o.at) * 1000 - (o.last ->> 'timestamp')::float8) else 0 end,
      sequence = (select r.sequence + 1 from flow_runs r where r.workspace_id = new.workspace_id and r.id = root)
    from left_over o where t.workspace_id = new.workspace_id and t.flow_run_id = new.id and t.id = o.id
    returning t.id
  )
  update flow_runs r set sequence = r.sequence + 1 where r.workspace_id = new.workspace_id and r.id = root and exists (select from ended);
  if found then
    insert into changes (workspace_id, topic, flow_run_id, changed) values (new.workspace_id, 'flow-run/' || new.id, new.id, '{task-runs}');
  end if;
  return null;
end
$$;
create trigger end_task_runs after update on flow_runs for each row
  when (new.state_type in ('CRASHED', 'CANCELLED') and new.state_type <> old.state_type or new.epoch > old.epoch and new.root_flow_run_id is null)
  execute function end_task_runs();

-- A run that was only out of reach has its tasks back.
create function revive_task_runs() returns trigger language plpgsql as $$
begin
  with revived as (
    update task_runs t set
      state_type = t.states -> -2 ->> 'type',
      state_name = t.states -> -2 ->> 'name',
      states = t.states - -1,
      end_time = null,
      run_time = t.run_time - case when t.states -> -2 ->> 'type' = 'RUNNING'
        then greatest(0, (t.states -> -1 ->> 'timestamp')::float8 - (t.states -> -2 ->> 'timestamp')::float8) else 0 end,
      sequence = new.sequence + 1
    where t.workspace_id = new.workspace_id and t.flow_run_id = new.id and t.state_type = 'CRASHED' and t.states -> -1 -> 'details' ->> 'cause' = 'lost'
      and jsonb_array_length(t.states) > 1
    returning t.id
  )
  update flow_runs r set sequence = r.sequence + 1 where r.workspace_id = new.workspace_id and r.id = new.id and exists (select from revived);
  if found then
    insert into changes (workspace_id, topic, flow_run_id, changed) values (new.workspace_id, 'flow-run/' || new.id, new.id, '{task-runs}');
  end if;
  return null;
end
$$;
create trigger revive_task_runs after update on flow_runs for each row
  when (old.state_type = 'CRASHED' and old.state_details ->> 'cause' = 'lost' and new.state_id <> old.state_id and new.epoch = old.epoch)
  execute function revive_task_runs();

-- Runs that nobody holds and that wait for a person until then.
create index flow_runs_paused_until on flow_runs (((state_details ->> 'pauseUntil')::float8)) where state_type = 'PAUSED' and holder_kind is null;
