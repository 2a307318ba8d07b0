-- A process that is gone leaves nothing behind that seems to run: also when its run failed with it (it computed past a time limit), and when its run waits
-- for the next attempt.
drop trigger end_task_runs on flow_runs;
create trigger end_task_runs after update on flow_runs for each row
  when (new.state_type in ('CRASHED', 'CANCELLED') and new.state_type <> old.state_type
    or new.state_type = 'FAILED' and new.state_type <> old.state_type and new.state_details ? 'exit'
    or new.epoch > old.epoch and new.root_flow_run_id is null)
  execute function end_task_runs();

-- Subflows of an attempt that has ended without them. At the end of the transaction: what is told of them with that end counts.
create function end_subflows() returns trigger language plpgsql as $$
begin
  perform end_child_flow_runs(new.workspace_id, array[new.id]);
  return null;
end
$$;
create constraint trigger end_subflows after update on flow_runs deferrable initially deferred for each row
  when (new.epoch > old.epoch and new.root_flow_run_id is null)
  execute function end_subflows();
