-- What becomes of a run that is due while its deployment's limit is full: it waits, or it is cancelled.
alter table limits add column collision_strategy text not null default 'ENQUEUE'
  constraint limits_collision_strategy check (collision_strategy in ('ENQUEUE', 'CANCEL_NEW'));

-- Whether that was news; null when there is no such limit.
create function set_collision_strategy(in_workspace uuid, in_limit uuid, strategy text) returns boolean language plpgsql as $$
declare
  before text;
begin
  select l.collision_strategy into before from limits l where l.workspace_id = in_workspace and l.id = in_limit for no key update;
  if before is null or before = strategy then
    return before <> strategy;
  end if;
  update limits l set collision_strategy = strategy where l.workspace_id = in_workspace and l.id = in_limit;
  insert into changes (workspace_id, topic, changed) values (in_workspace, 'deployments', '{}');
  return true;
end
$$;

-- Runs of a pool that are due, and that their deployment does not want while its limit is full. A place that is lent to a run is no collision.
create function colliding_flow_runs(in_workspace uuid, in_pool uuid, most integer) returns table (id uuid) language sql stable as $$
  select waiting.id
  from claimable_lanes(in_workspace, in_pool) lane
    join limits l on l.workspace_id = in_workspace and l.id = lane.deployment_id and l.collision_strategy = 'CANCEL_NEW' and l.max is not null,
    lateral (
      select r.id from flow_runs r
      where r.workspace_id = in_workspace and r.work_pool_id = in_pool and r.work_queue_id = lane.work_queue_id and r.deployment_id = lane.deployment_id
        and r.state_type = 'SCHEDULED' and r.holder_kind is null and r.work_pool_id is not null and r.scheduled_time <= clock_timestamp()
      order by r.scheduled_time, r.id limit most
    ) waiting
  where lane.first_due <= clock_timestamp() and slots_used(in_workspace, l.id) >= l.max
    and not exists (select 1 from slot_lender(in_workspace, waiting.id, l.id))
$$;
