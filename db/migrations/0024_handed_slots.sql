-- Slots go from hand to hand within one process: who has them is told afterwards, and the process is told how the queues stand.
alter function use_concurrency(uuid, jsonb) rename to settle_concurrency;

-- As `settle_concurrency`, and `asked` has users: [{id, taskRunId, holder}], `answer` has queues: [{name, waiting, isOver}], of the active limits without
-- a decay that were asked for.
create function use_concurrency(in_workspace uuid, asked jsonb, out now timestamptz, out answer jsonb) language plpgsql as $$
#variable_conflict use_column
declare
  only_run uuid := (asked #>> '{runner,flowRunId}')::uuid;
  only_epoch integer := (asked #>> '{runner,epoch}')::integer;
  queues jsonb;
begin
  select settled.now, settled.answer into now, answer from settle_concurrency(in_workspace, asked) settled;

  -- For people only: what somebody else is about to end is left alone, and nobody is waited for.
  if asked -> 'users' <> '[]' then
    with mine as (
      select s.limit_id, s.lease_id, facts.it as by from jsonb_array_elements(asked -> 'users') facts (it)
      join concurrency_slots s on s.workspace_id = in_workspace and s.lease_id = (facts.it ->> 'id')::uuid
      where only_run is null or (s.flow_run_id = only_run and s.epoch = only_epoch)
      for no key update of s skip locked
    )
    update concurrency_slots s set task_run_id = (mine.by ->> 'taskRunId')::uuid, holder = mine.by ->> 'holder' from mine
    where s.workspace_id = in_workspace and s.limit_id = mine.limit_id and s.lease_id = mine.lease_id;
  end if;

  select jsonb_agg(jsonb_build_object('name', queue.name, 'waiting', queue.waiting, 'isOver', queue.taken > queue.max)) into queues from (
    select l.name, l.max, count(s.lease_id) filter (where s.taken_at is null) as waiting, coalesce(sum(s.count) filter (where s.taken_at is not null), 0) as taken
    from concurrency_limits l left join concurrency_slots s on s.workspace_id = in_workspace and s.limit_id = l.id
    where l.workspace_id = in_workspace and l.is_active and l.slot_decay_per_second is null
      and l.name in (select jsonb_array_elements_text(acquire -> 'names') from jsonb_array_elements(asked -> 'acquire') acquire)
    group by l.workspace_id, l.id) queue;
  answer := answer || jsonb_build_object('queues', coalesce(queues, '[]'));
end
$$;
